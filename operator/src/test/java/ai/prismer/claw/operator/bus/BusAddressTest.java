package ai.prismer.claw.operator.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class BusAddressTest {
  @ParameterizedTest
  @CsvSource({
    "10.1.2.3, http://10.1.2.3:18910/metrics",
    "fd00::7, http://[fd00:0:0:0:0:0:0:7]:18910/metrics",
  })
  void aPodIsAskedAtItsAddress(String address, URI expected) {
    assertThat(BusAddress.of(pod(address))).contains(expected);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "127.0.0.1",
        "2130706433",
        "::1",
        "::ffff:127.0.0.1",
        "0.0.0.0",
        "::",
        "169.254.169.254",
        "fe80::1",
        "fd00::7%eth0",
        "224.0.0.1",
        "metadata.example",
        "10.1.2.3:80/x?",
      })
  void anAddressThatNoPodHasIsNotAsked(@Nullable String address) {
    assertThat(BusAddress.of(pod(address))).isEmpty();
  }

  @Test
  void aPodWithoutABusThatRunsIsNotAsked() {
    Pod waiting =
        new PodBuilder(pod("10.1.2.3"))
            .editStatus()
            .editFirstInitContainerStatus()
            .withNewState()
            .withNewWaiting("", "PodInitializing")
            .endState()
            .endInitContainerStatus()
            .endStatus()
            .build();
    Pod leaving =
        new PodBuilder(pod("10.1.2.3"))
            .editMetadata()
            .withDeletionTimestamp("2026-03-01T12:00:00Z")
            .endMetadata()
            .build();
    Pod onTheNode =
        new PodBuilder(pod("10.1.2.3")).editSpec().withHostNetwork(true).endSpec().build();

    assertThat(BusAddress.of(waiting)).isEmpty();
    assertThat(BusAddress.of(leaving)).isEmpty();
    assertThat(BusAddress.of(onTheNode)).isEmpty();
    assertThat(BusAddress.of(new PodBuilder(pod("10.1.2.3")).withStatus(null).build())).isEmpty();
  }

  private static Pod pod(@Nullable String address) {
    return new PodBuilder()
        .withNewMetadata()
        .withName("my-agent-0")
        .endMetadata()
        .withNewSpec()
        .endSpec()
        .withNewStatus()
        .withPodIP(address)
        .addNewInitContainerStatus()
        .withName("ipc-bus")
        .withNewState()
        .withNewRunning("2026-03-01T12:00:00Z")
        .endState()
        .endInitContainerStatus()
        .endStatus()
        .build();
  }
}
