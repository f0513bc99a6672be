package ai.prismer.claw.bus;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.bus.server.ChannelMode;
import ai.prismer.claw.bus.server.ChannelSettings;
import ai.prismer.claw.contract.BusEnvironment;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
  private static final Map<String, String> GOOD =
      Map.of(
          BusEnvironment.CHANNELS, "slack=bidirectional",
          BusEnvironment.BRIDGE, "claw-tcp",
          BusEnvironment.RUNTIME, "127.0.0.1:8080");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CLAW_BUS_CHANNELS||is not set",
        "CLAW_BUS_CHANNELS|Slack=inbound|not a DNS name",
        "CLAW_BUS_CHANNELS|slack=sideways|inbound, outbound or bidirectional",
        "CLAW_BUS_CHANNELS|slack=inbound;slack=outbound|each channel once",
        "CLAW_BUS_CHANNELS|slack=inbound,size=3|inFlight=",
        "CLAW_BUS_CHANNELS|slack=inbound,high=0.2,low=0.4|watermarks",
        "CLAW_BUS_CHANNELS|slack=inbound,buffer=many|numbers",
        "CLAW_BUS_BRIDGE|carrier-pigeon|openclaw-ws, chat-completions",
        "CLAW_BUS_RUNTIME|127.0.0.1|host:port",
        "CLAW_BUS_RUNTIME|127.0.0.1:99999|host:port",
        "CLAW_BUS_JOURNAL_SIZE|1Mi|32Mi or more",
        "CLAW_BUS_JOURNAL_SIZE|a lot|32Mi or more",
        "CLAW_BUS_DURABILITY|sometimes|always, interval=MILLISECONDS or none",
        "CLAW_BUS_TURN_LIMIT_SECONDS|0|1 to 86400",
        "CLAW_BUS_GRACE_SECONDS|-1|0 to 3600",
        "CLAW_BUS_HEALTH_PORT|70000|0 to 65535",
        "CLAW_BUS_ROUNDS_PER_SECOND|often|0 to 100000",
      })
  void aMistakeIsOneLineThatNamesTheVariableAndWhatItMayHold(
      String name, String value, String allowed) throws Exception {
    Map<String, String> environment = new HashMap<>(GOOD);
    environment.put(name, value == null ? "" : value);
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        Main.run(
            List.of(), environment, System.out, new PrintStream(err, true, StandardCharsets.UTF_8));
    assertThat(status).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .startsWith("bus: " + name)
        .contains(allowed)
        .hasLineCount(1);
  }

  @Test
  void theHelpNamesEveryVariableThatTheBusReads() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Main.run(
        List.of("--help"),
        Map.of(),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        System.err);
    List<String> names =
        Arrays.stream(BusEnvironment.class.getDeclaredFields())
            .filter(field -> Modifier.isPublic(field.getModifiers()))
            .map(OptionsTest::value)
            .toList();
    assertThat(names).isNotEmpty();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains(names);
  }

  private static String value(java.lang.reflect.Field field) {
    try {
      return (String) field.get(null);
    } catch (IllegalAccessException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Test
  void aChannelHasTheUsualUnlessSomethingElseIsSaid() {
    assertThat(Options.channels("slack; hook=inbound,inFlight=4,buffer=64,high=0.5,low=0.25"))
        .containsExactly(
            ChannelSettings.of("slack"),
            new ChannelSettings("hook", ChannelMode.INBOUND, 4, 64, 0.5, 0.25));
  }

  @Test
  void anAdminCommandWithoutABusSaysSo() throws Exception {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        Main.run(
            List.of("dlq", "list"),
            Map.of(BusEnvironment.ADMIN_SOCKET, "/nowhere/admin.sock"),
            System.out,
            new PrintStream(err, true, StandardCharsets.UTF_8));
    assertThat(status).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("bus: no bus answers at /nowhere");
  }
}
