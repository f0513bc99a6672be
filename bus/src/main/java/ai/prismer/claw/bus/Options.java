package ai.prismer.claw.bus;

import ai.prismer.claw.bus.bridge.Bridge;
import ai.prismer.claw.bus.journal.Durability;
import ai.prismer.claw.bus.router.RetryPolicy;
import ai.prismer.claw.bus.server.ChannelMode;
import ai.prismer.claw.bus.server.ChannelSettings;
import ai.prismer.claw.contract.BusEnvironment;
import ai.prismer.claw.contract.BusMetrics;
import ai.prismer.claw.contract.BusPaths;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * The environment of the process, read and checked. Every mistake is a sentence that names the
 * variable, what it holds and what it may hold.
 */
final class Options {
  static final int DEFAULT_HEALTH_PORT = BusMetrics.PORT;

  static final String USAGE =
      """
      The message bus of k8s4claw: carries messages between channel sidecars and the agent, with a
      journal on disk. It is configured by its environment:

        CLAW_BUS_CHANNELS             name=mode[,inFlight=N][,buffer=N][,high=F][,low=F], joined by ";";
                                      mode is inbound, outbound or bidirectional. Required
        CLAW_BUS_BRIDGE               openclaw-ws, chat-completions, responses, hermes-runs,
                                      zeroclaw-ws, pico-ws, nanoclaw-mailbox, claw-ws, claw-tcp,
                                      claw-uds or claw-sse. Required
        CLAW_BUS_RUNTIME              where the runtime listens: ws://127.0.0.1:18900/, 127.0.0.1:8080,
                                      /var/run/claw/runtime.sock, http://127.0.0.1:3000/ or, up to
                                      and with v1, http://127.0.0.1:8080/v1; for zeroclaw-ws
                                      ws://127.0.0.1:42617/ws/chat?agent=ALIAS, for pico-ws
                                      ws://127.0.0.1:18790/pico/ws; for nanoclaw-mailbox a folder
                                      with the folders inbound, the bus's, and workspace, the
                                      agent-runner's. Required
        CLAW_BUS_MODEL                what chat-completions and responses ask for (default "default")
        CLAW_BUS_TOKEN_FILE           file with the token by which the runtime knows the bus
        CLAW_BUS_JOURNAL_DIR          folder of the journal (default %s)
        CLAW_BUS_JOURNAL_SIZE         what of its volume may be used, such as 1Gi; at least 32Mi
                                      (default 1Gi)
        CLAW_BUS_DURABILITY           always: accepted means on the device; interval=MILLISECONDS: at
                                      most that much is lost by a power cut; none (default always)
        CLAW_BUS_TURN_LIMIT_SECONDS   how long an answer may take (default 600)
        CLAW_BUS_GRACE_SECONDS        how long a stop may wait for turns that are out (default 20)
        CLAW_BUS_ROUNDS_PER_SECOND    how often in the long run the bus looks for work; what comes
                                      meanwhile is handled together, for a few milliseconds more and
                                      less CPU. 0 is any number (default 0)
        CLAW_BUS_HEALTH_PORT          /healthz /startupz /readyz /metrics /drain (default %d)
        CLAW_BUS_CHANNELS_DIR         folder of the channels' sockets, DIR/NAME/bus.sock (default %s)
        CLAW_BUS_ADMIN_SOCKET         the socket for people and tools (default %s)
        CLAW_BUS_PEER_USERS           users that may come through a channel's socket, joined by commas
                                      (default: all; the mount decides who can)

      Arguments: --help, or dlq list | show ID | replay ID... | purge ID... | status, which ask the
      bus that runs. Ends with 0 after SIGTERM, 2 when the environment is wrong, 1 when it cannot go
      on.
      """
          .formatted(
              BusPaths.JOURNAL_DIR,
              DEFAULT_HEALTH_PORT,
              BusPaths.CHANNELS_DIR,
              BusPaths.ADMIN_SOCKET);

  private static final long SMALLEST_JOURNAL = 32L << 20;

  private final Map<String, String> environment;

  Options(Map<String, String> environment) {
    this.environment = environment;
  }

  BusSettings settings() {
    return new BusSettings(
        channels(required(BusEnvironment.CHANNELS)),
        Path.of(get(BusEnvironment.CHANNELS_DIR, BusPaths.CHANNELS_DIR)),
        peerUsers(),
        Path.of(get(BusEnvironment.JOURNAL_DIR, BusPaths.JOURNAL_DIR)),
        journalBytes(),
        durability(get(BusEnvironment.DURABILITY, "always")),
        RetryPolicy.DEFAULT,
        Duration.ofSeconds(number(BusEnvironment.TURN_LIMIT, 600, 1, 86_400)),
        grace(),
        Math.toIntExact(number(BusEnvironment.ROUNDS_PER_SECOND, 0, 0, 100_000)));
  }

  Duration grace() {
    return Duration.ofSeconds(number(BusEnvironment.GRACE, 20, 0, 3600));
  }

  int healthPort() {
    return Math.toIntExact(number(BusEnvironment.HEALTH_PORT, DEFAULT_HEALTH_PORT, 0, 65_535));
  }

  Path adminSocket() {
    return Path.of(get(BusEnvironment.ADMIN_SOCKET, BusPaths.ADMIN_SOCKET));
  }

  Bridge bridge(RandomGenerator random) {
    return new BridgeOptions(this).bridge(random);
  }

  static List<ChannelSettings> channels(String text) {
    List<ChannelSettings> found = new ArrayList<>();
    for (String entry : text.split(";", -1)) {
      ChannelSettings channel = channel(entry.strip());
      if (found.stream().anyMatch(other -> other.name().equals(channel.name()))) {
        throw wrong(BusEnvironment.CHANNELS, text, "each channel once");
      }
      found.add(channel);
    }
    return List.copyOf(found);
  }

  private static ChannelSettings channel(String entry) {
    String[] words = entry.split(",", -1);
    Map<String, String> values = new HashMap<>();
    for (int i = 1; i < words.length; i++) {
      int equals = words[i].indexOf('=');
      String key = equals < 0 ? words[i] : words[i].substring(0, equals);
      if (equals < 0 || !Set.of("inFlight", "buffer", "high", "low").contains(key)) {
        throw wrong(BusEnvironment.CHANNELS, words[i], "inFlight=, buffer=, high= or low=");
      }
      values.put(key, words[i].substring(equals + 1));
    }
    int equals = words[0].indexOf('=');
    String name = equals < 0 ? words[0] : words[0].substring(0, equals);
    ChannelMode mode = mode(equals < 0 ? "bidirectional" : words[0].substring(equals + 1));
    try {
      return new ChannelSettings(
          name,
          mode,
          Integer.parseInt(values.getOrDefault("inFlight", "1")),
          Integer.parseInt(values.getOrDefault("buffer", "1024")),
          Double.parseDouble(values.getOrDefault("high", "0.8")),
          Double.parseDouble(values.getOrDefault("low", "0.3")));
    } catch (NumberFormatException noNumber) {
      throw wrong(BusEnvironment.CHANNELS, entry, "numbers behind inFlight, buffer, high and low");
    } catch (IllegalArgumentException invalid) {
      throw new IllegalArgumentException(BusEnvironment.CHANNELS + ": " + invalid.getMessage());
    }
  }

  private static ChannelMode mode(String text) {
    return Arrays.stream(ChannelMode.values())
        .filter(mode -> mode.word().equals(text))
        .findFirst()
        .orElseThrow(
            () -> wrong(BusEnvironment.CHANNELS, text, "mode inbound, outbound or bidirectional"));
  }

  private Set<String> peerUsers() {
    return Arrays.stream(environment.getOrDefault(BusEnvironment.PEER_USERS, "").split(",", -1))
        .map(String::strip)
        .filter(user -> !user.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }

  private long journalBytes() {
    String text = get(BusEnvironment.JOURNAL_SIZE, "1Gi");
    java.util.regex.Matcher parts =
        java.util.regex.Pattern.compile("(\\d{1,6})(Mi|Gi|Ti)").matcher(text);
    if (parts.matches()) {
      int shift =
          switch (parts.group(2)) {
            case "Mi" -> 20;
            case "Gi" -> 30;
            default -> 40;
          };
      long bytes = Long.parseLong(parts.group(1)) << shift;
      if (bytes >= SMALLEST_JOURNAL) {
        return bytes;
      }
    }
    throw wrong(BusEnvironment.JOURNAL_SIZE, text, "32Mi or more, in Mi, Gi or Ti");
  }

  private static Durability durability(String text) {
    if (text.equals("always")) {
      return new Durability.Always();
    }
    if (text.equals("none")) {
      return new Durability.None();
    }
    if (text.matches("interval=[1-9]\\d{0,5}")) {
      return new Durability.Interval(
          Duration.ofMillis(Long.parseLong(text.substring(text.indexOf('=') + 1))));
    }
    throw wrong(BusEnvironment.DURABILITY, text, "always, interval=MILLISECONDS or none");
  }

  private long number(String name, long otherwise, long least, long most) {
    String text = get(name, Long.toString(otherwise));
    if (text.matches("\\d{1,9}")) {
      long value = Long.parseLong(text);
      if (value >= least && value <= most) {
        return value;
      }
    }
    throw wrong(name, text, least + " to " + most);
  }

  String get(String name, String otherwise) {
    String value = environment.getOrDefault(name, "");
    return value.isEmpty() ? otherwise : value;
  }

  String required(String name) {
    String value = environment.getOrDefault(name, "");
    if (value.isEmpty()) {
      throw new IllegalArgumentException(name + " is not set; see --help");
    }
    return value;
  }

  static IllegalArgumentException wrong(String name, String value, String allowed) {
    return new IllegalArgumentException(name + " is \"" + value + "\"; it must be " + allowed);
  }
}
