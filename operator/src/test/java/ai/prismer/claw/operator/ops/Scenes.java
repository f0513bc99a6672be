package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.status.ClawStatus;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.gate.decision.Outbreak;
import ai.prismer.claw.gate.rule.RuleBook;
import ai.prismer.claw.operator.bus.ChannelReports;
import ai.prismer.claw.operator.signals.Loads;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodFluent;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A Claw with its StatefulSet and pod, for tests of decisions. */
final class Scenes {
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  static final String OPERATOR = "system:serviceaccount:k8s4claw:operator";
  static final RuleBook BOOK = RuleBook.DEFAULT;
  static final long MI = 1L << 20;

  private Scenes() {}

  static Claw claw(String ops) {
    Claw claw =
        Serialization.unmarshal(
            """
            apiVersion: claw.prismer.ai/v1alpha1
            kind: Claw
            metadata: {name: agent, namespace: team-a, uid: claw-uid, resourceVersion: "1"}
            spec:
              runtime: openclaw
              resources: {requests: {memory: 32Mi}, limits: {memory: 64Mi}}
              ops: %s
            """
                .formatted(ops),
            Claw.class);
    claw.getMetadata().setAnnotations(new HashMap<>());
    return claw;
  }

  static Claw claw() {
    return claw("{maxMemory: 256Mi, verifyWindow: 1m}");
  }

  static Claw with(Claw claw, OpsStatus ops) {
    claw.setStatus(new ClawStatus(null, null, null, null, null, ops));
    return claw;
  }

  static Claw withIntent(
      Claw claw, String intent, @Nullable String by, @Nullable String authorClass) {
    Map<String, String> annotations = claw.getMetadata().getAnnotations();
    annotations.put(Keys.INTENT, intent);
    if (by != null) {
      annotations.put(Keys.INTENT_BY, by);
    }
    if (authorClass != null) {
      annotations.put(Keys.INTENT_CLASS, authorClass);
    }
    return claw;
  }

  static StatefulSet statefulSet(String limit) {
    return new StatefulSetBuilder()
        .withNewMetadata()
        .withName("agent")
        .withNamespace("team-a")
        .withUid("set-uid")
        .endMetadata()
        .withNewSpec()
        .withReplicas(1)
        .withNewTemplate()
        .withNewMetadata()
        .addToAnnotations(Keys.TEMPLATE_HASH, "h1")
        .endMetadata()
        .withSpec(pod("p", limit).getSpec())
        .endTemplate()
        .endSpec()
        .build();
  }

  static Pod pod(String uid, String limit) {
    return pod(uid, limit, status -> status);
  }

  static Pod pod(
      String uid,
      String limit,
      UnaryOperator<PodFluent<PodBuilder>.StatusNested<PodBuilder>> status) {
    return status
        .apply(
            new PodBuilder()
                .withNewMetadata()
                .withName("agent-0")
                .withNamespace("team-a")
                .withUid(uid)
                .addToAnnotations(Keys.TEMPLATE_HASH, "h1")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("runtime")
                .withNewResources()
                .addToLimits("memory", Quantity.parse(limit))
                .endResources()
                .endContainer()
                .endSpec()
                .withNewStatus())
        .endStatus()
        .build();
  }

  static Pod ready(String uid, String limit) {
    return pod(
        uid,
        limit,
        status -> status.addNewCondition().withType("Ready").withStatus("True").endCondition());
  }

  static Pod unschedulable(String uid, String limit) {
    return pod(
        uid,
        limit,
        status ->
            status
                .addNewCondition()
                .withType("PodScheduled")
                .withStatus("False")
                .withReason("Unschedulable")
                .withMessage("0/1 nodes are available")
                .endCondition());
  }

  /** A pod whose container was killed at these times, the last one first. */
  static Pod killed(String uid, String limit, String container, Instant... at) {
    return pod(
        uid,
        limit,
        status -> {
          ContainerStatusBuilder killed =
              new ContainerStatusBuilder().withName(container).withRestartCount(at.length);
          killed
              .withNewState()
              .withNewTerminated()
              .withReason("OOMKilled")
              .withExitCode(137)
              .withContainerID("containerd://" + uid + "-" + at[0].getEpochSecond())
              .withFinishedAt(at[0].toString())
              .endTerminated()
              .endState();
          if (at.length > 1) {
            killed
                .withNewLastState()
                .withNewTerminated()
                .withReason("OOMKilled")
                .withExitCode(137)
                .withContainerID("containerd://" + uid + "-" + at[1].getEpochSecond())
                .withFinishedAt(at[1].toString())
                .endTerminated()
                .endLastState();
          }
          return status.addToContainerStatuses(killed.build());
        });
  }

  static Sight sight(Claw claw, String setLimit, Pod... pods) {
    return new Sight(
        claw,
        statefulSet(setLimit),
        List.of(pods),
        NOW,
        BOOK,
        Loads.UNKNOWN,
        ChannelReports.UNKNOWN,
        () -> true,
        Optional::empty);
  }

  static Sight at(Sight sight, Instant now) {
    return new Sight(
        sight.claw(),
        sight.statefulSet(),
        sight.pods(),
        now,
        sight.book(),
        sight.loads(),
        sight.channels(),
        sight.confinement(),
        sight.outbreaks());
  }

  static Sight inOutbreak(Sight sight, Outbreak outbreak) {
    return new Sight(
        sight.claw(),
        sight.statefulSet(),
        sight.pods(),
        sight.now(),
        sight.book(),
        sight.loads(),
        sight.channels(),
        sight.confinement(),
        () -> Optional.of(outbreak));
  }

  static Sight unconfined(Sight sight) {
    return new Sight(
        sight.claw(),
        sight.statefulSet(),
        sight.pods(),
        sight.now(),
        sight.book(),
        sight.loads(),
        sight.channels(),
        () -> false,
        sight.outbreaks());
  }
}
