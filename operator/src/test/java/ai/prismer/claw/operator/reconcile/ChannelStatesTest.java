package ai.prismer.claw.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.spec.ClawSpec;
import ai.prismer.claw.api.status.ChannelReadiness;
import ai.prismer.claw.api.status.ChannelState;
import ai.prismer.claw.api.status.Pressure;
import ai.prismer.claw.operator.bus.ChannelReport;
import ai.prismer.claw.operator.bus.ChannelReports;
import ai.prismer.claw.operator.model.ChannelPlan;
import ai.prismer.claw.operator.model.Claws;
import ai.prismer.claw.operator.rollout.PodState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChannelStatesTest {
  private static final String UID = "pod-1";

  private static final ClawSpec SPEC =
      Claws.of(
              "spec: {runtime: openclaw, channels: [{name: web}, {name: team}, {name: lost}, {name: late}]}\n")
          .getSpec();

  @Test
  void eachStandsAsItsOwnSidecarOrSaysWhyItHasNone() {
    List<ChannelPlan.Problem> problems =
        List.of(
            new ChannelPlan.Problem("lost", "ChannelNotFound", "channel lost does not exist"),
            new ChannelPlan.Problem(null, "SecretNotFound", "the bridge needs a Secret"));
    PodState pod = pod(true, sidecar("channel-web", true), sidecar("channel-team", false));

    assertThat(ChannelStates.of(SPEC, problems, List.of(pod), ChannelReports.UNKNOWN, true))
        .containsExactly(
            ChannelState.of("web", ChannelReadiness.Ready, null),
            ChannelState.of(
                "team",
                ChannelReadiness.NotReady,
                "container channel-team is not ready yet and waits: CrashLoopBackOff"),
            ChannelState.of("lost", ChannelReadiness.Unusable, "channel lost does not exist"),
            ChannelState.of(
                "late", ChannelReadiness.NotReady, "container channel-late is not ready yet"));
  }

  @Test
  void aPodThatIsNotWantedOrLeavesSpeaksForNoChannel() {
    PodState ready = pod(true, sidecar("channel-web", true));

    assertThat(ChannelStates.of(SPEC, List.of(), List.of(ready), ChannelReports.UNKNOWN, false))
        .allSatisfy(state -> assertThat(state.lastError()).isEqualTo("no pod runs"));
    assertThat(
            ChannelStates.of(
                SPEC,
                List.of(),
                List.of(pod(false, sidecar("channel-web", true))),
                ChannelReports.UNKNOWN,
                true))
        .allSatisfy(state -> assertThat(state.status()).isEqualTo(ChannelReadiness.NotReady));
  }

  @Test
  void whatTheBusSaysStandsBesideTheSidecarsWord() {
    PodState pod =
        pod(
            true,
            sidecar("channel-web", true),
            sidecar("channel-team", true),
            sidecar("channel-late", false));
    ChannelReports reports =
        new ChannelReports(
            Map.of(
                UID,
                Map.of(
                    "web",
                    new ChannelReport(null, Pressure.BLOCKED, 3),
                    "team",
                    new ChannelReport(Instant.EPOCH, Pressure.NORMAL, 0),
                    "late",
                    new ChannelReport(Instant.EPOCH, null, 1))));

    assertThat(ChannelStates.of(SPEC, List.of(), List.of(pod), reports, true))
        .startsWith(
            new ChannelState("web", ChannelReadiness.Ready, Pressure.BLOCKED, 3L, null),
            new ChannelState(
                "team",
                ChannelReadiness.Disconnected,
                Pressure.NORMAL,
                0L,
                "the bus has no connection from its sidecar"))
        .endsWith(
            new ChannelState(
                "late",
                ChannelReadiness.NotReady,
                null,
                1L,
                "container channel-late is not ready yet and waits: CrashLoopBackOff"));
    assertThat(ChannelStates.of(SPEC, List.of(), List.of(pod), reports, false))
        .allSatisfy(state -> assertThat(state.deadLetterCount()).isNull());
  }

  private static ContainerStatus sidecar(String name, boolean ready) {
    ContainerStatusBuilder status = new ContainerStatusBuilder().withName(name).withReady(ready);
    return ready
        ? status.build()
        : status
            .withNewState()
            .withNewWaiting()
            .withReason("CrashLoopBackOff")
            .endWaiting()
            .endState()
            .build();
  }

  private static PodState pod(boolean stays, ContainerStatus... sidecars) {
    return new PodState(
        new PodBuilder()
            .withNewMetadata()
            .withName("my-agent-0")
            .withUid(UID)
            .endMetadata()
            .withNewStatus()
            .withInitContainerStatuses(sidecars)
            .endStatus()
            .build(),
        true,
        false,
        !stays,
        false,
        "NotReady",
        "pod my-agent-0 is not ready");
  }
}
