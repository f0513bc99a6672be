package ai.prismer.claw.operator.configuration;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The program that signs receipts once more, for those who verify with it.
 *
 * @param command path of the program {@code signet}
 * @param home its folder, SIGNET_HOME: the key lies in it, without a passphrase
 * @param key name of the key; default {@code rule-engine}
 * @param timeout how long it may take for one receipt, 1 s to 10 s; default 2 s
 */
public record SignetSetting(
    @JsonProperty("command") String command,
    @JsonProperty("home") String home,
    @JsonProperty("key") String key,
    @JsonProperty("timeout") Duration timeout) {
  private static final Pattern KEY = Pattern.compile("[a-zA-Z0-9_-]{1,128}");

  /** Fills what is absent and refuses what cannot be. */
  public SignetSetting(
      @Nullable String command,
      @Nullable String home,
      @Nullable String key,
      @Nullable Duration timeout) {
    if (command == null || !command.startsWith("/") || home == null || !home.startsWith("/")) {
      throw new IllegalArgumentException(
          "audit.signet: command and home are needed; write the absolute path of the program and of"
              + " the folder that holds its keys");
    }
    this.command = command;
    this.home = home;
    this.key = key == null ? "rule-engine" : key;
    this.timeout = timeout == null ? Duration.ofSeconds(2) : timeout;
    if (!KEY.matcher(this.key).matches()) {
      throw new IllegalArgumentException(
          "audit.signet.key: \"" + key + "\" is no name of a key; write letters, digits, - and _");
    }
    if (this.timeout.compareTo(Duration.ofSeconds(1)) < 0
        || this.timeout.compareTo(Duration.ofSeconds(10)) > 0) {
      throw new IllegalArgumentException(
          "audit.signet.timeout: " + timeout + " is not allowed; write 1s to 10s");
    }
  }
}
