package ai.prismer.claw.operator.bus;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.status.Pressure;
import ai.prismer.claw.operator.bus.BusPage.Reading;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is taken from a page that came out of an agent's pod. */
class BusPageTest {
  private static final Set<String> WANTED = Set.of("slack", "web");

  private static final String PAGE =
      """
      # HELP claw_ipcbus_sidecar_connections Whether the channel's sidecar is there.
      # TYPE claw_ipcbus_sidecar_connections gauge
      claw_ipcbus_sidecar_connections{channel="slack"} 1
      claw_ipcbus_sidecar_connections{channel="web"} 0
      claw_ipcbus_pressure{channel="slack"} 0
      claw_ipcbus_pressure{channel="web"} 2
      claw_ipcbus_dlq_messages{channel="slack",direction="inbound"} 2
      claw_ipcbus_dlq_messages{channel="slack",direction="outbound"} 3
      claw_ipcbus_refused_total{channel="slack",code="malformed"} 7
      claw_ipcbus_dlq_size 5
      """;

  @Test
  void ofEachChannelItIsReadHowItIs() {
    assertThat(BusPage.read(PAGE, WANTED).channels())
        .isEqualTo(
            Map.of(
                "slack", new Reading(true, Pressure.NORMAL, 5),
                "web", new Reading(false, Pressure.BLOCKED, 0)));
  }

  @Test
  void aBusSpeaksOnlyForTheChannelsOfItsPod() {
    assertThat(BusPage.read(PAGE, Set.of("web")).channels()).containsOnlyKeys("web");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>",
        "claw_ipcbus_sidecar_connections{channel=\"web\"} 1",
        "claw_ipcbus_sidecar_connections{channel=\"web\"} 1\nclaw_ipcbus_pressure{channel=\"web\"} 3",
        "claw_ipcbus_sidecar_connections{channel=\"web\"} 1\nclaw_ipcbus_pressure{channel=\"web\"} -1",
        "claw_ipcbus_sidecar_connections{channel=\"web\"} 1\nclaw_ipcbus_pressure{channel=\"web\"} 1e3",
        "claw_ipcbus_sidecar_connections{channel=\"web\"} NaN\nclaw_ipcbus_pressure{channel=\"web\"} 1",
        "claw_ipcbus_sidecar_connections{channel=\"../web\"} 1\nclaw_ipcbus_pressure{channel=\"../web\"} 1",
      })
  void whatIsNotOfTheFormSaysNothing(String page) {
    assertThat(BusPage.read(page, WANTED).channels()).isEmpty();
  }

  @Test
  void aNumberIsCutToWhatItCanBe() {
    String page =
        PAGE.replace("direction=\"outbound\"} 3", "direction=\"outbound\"} 999999999999999");

    assertThat(BusPage.read(page, WANTED).channels().get("slack"))
        .isEqualTo(new Reading(true, Pressure.NORMAL, 1_000_000));
  }
}
