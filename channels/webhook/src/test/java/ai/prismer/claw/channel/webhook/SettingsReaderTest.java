package ai.prismer.claw.channel.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the environment may hold, and what an address may be. */
class SettingsReaderTest {
  private static Settings read(Map<String, String> more) {
    Map<String, String> environment = new HashMap<>();
    environment.put("CHANNEL_NAME", "hook");
    environment.put("WEBHOOK_SECRET", Caller.SECRET);
    environment.putAll(more);
    return new SettingsReader(environment).read();
  }

  @Test
  void withNothingButNameAndSecretTheDefaultsOfTheOriginalHold() {
    Settings settings = read(Map.of());
    assertThat(settings.port()).isEqualTo(8080);
    assertThat(settings.path()).isEqualTo("/webhook");
    assertThat(settings.attempts()).isEqualTo(3);
    assertThat(settings.socket()).hasToString("/var/run/claw/bus.sock");
    assertThat(settings.privateTargets()).isFalse();
  }

  @Test
  void aSecretInTheConfigurationIsTakenButThatOfTheSecretWins() {
    String config = "{\"secret\":\"another secret of some length\"}";
    byte[] body = {1};
    String other = new Signature("another secret of some length").sign("", body);
    assertThat(
            read(Map.of("CHANNEL_CONFIG", config, "WEBHOOK_SECRET", ""))
                .secret()
                .matches(other, "", body))
        .isTrue();
    assertThat(read(Map.of("CHANNEL_CONFIG", config)).secret().matches(other, "", body)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CHANNEL_NAME||CHANNEL_NAME is not set",
        "WEBHOOK_SECRET||WEBHOOK_SECRET must be 16 characters or longer",
        "WEBHOOK_SECRET|short|WEBHOOK_SECRET must be 16 characters or longer",
        "CHANNEL_MODE|sideways|CHANNEL_MODE must be inbound, outbound or bidirectional",
        "CHANNEL_MODE|outbound|targetURL must be set where the channel is outbound",
        "CHANNEL_CONFIG|[]|CHANNEL_CONFIG is not a JSON object",
        "CHANNEL_CONFIG|{\"listenPort\":70000}|listenPort must be a number, 0 to 65535",
        "CHANNEL_CONFIG|{\"path\":\"webhook\"}|path must be a path such as /webhook",
        "CHANNEL_CONFIG|{\"path\":\"/healthz\"}|path must be other than those of the probes",
        "CHANNEL_CONFIG|{\"targetURL\":\"ftp://a\"}|targetURL must be an http or https URL",
        "CHANNEL_CONFIG|{\"targetURL\":\"http://u:p@a/\"}|targetURL must be an http or https URL",
        "CHANNEL_CONFIG|{\"headers\":{\"Host\":\"a\"}}|headers must be names and values of HTTP",
        "CHANNEL_CONFIG|{\"headers\":{\"A\":\"b\\r\\nC: d\"}}|headers must be names and values",
      })
  void aMistakeIsOneSentenceThatNamesWhatIsWrong(String name, String value, String says) {
    assertThatThrownBy(() -> read(Map.of(name, value == null ? "" : value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(says);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "192.0.0.8",
        "203.0.113.1",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
        "2001:0:a00:1::",
        "2001:db8::1"
      })
  void anAddressOfTheClusterOrTheNodeIsNotPublic(String address) throws UnknownHostException {
    assertThat(PublicAddress.is(InetAddress.getByName(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.1.1.1", "100.63.0.1", "172.32.0.1", "198.20.0.1", "2606:4700::1111"})
  void anAddressOfTheInternetIsPublic(String address) throws UnknownHostException {
    assertThat(PublicAddress.is(InetAddress.getByName(address))).isTrue();
  }
}
