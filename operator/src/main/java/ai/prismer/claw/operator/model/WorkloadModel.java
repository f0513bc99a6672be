package ai.prismer.claw.operator.model;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.rules.Defaulting;
import ai.prismer.claw.api.spec.DisruptionBudget;
import ai.prismer.claw.api.spec.Expose;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetSpec;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetSpecBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The workload, what finds it on the network, its account and its budget. */
final class WorkloadModel {

  /** Old revisions are of no use under OnDelete; one is kept for the eye. */
  private static final int REVISIONS = 1;

  private WorkloadModel() {}

  static StatefulSet statefulSet(Claw claw, RuntimeProfile profile, Circumstances circumstances) {
    boolean running = circumstances.podAllowed() && !Defaulting.suspended(claw.getSpec());
    return new StatefulSetBuilder()
        .withMetadata(Labels.child(claw, Names.workload(claw)))
        .withNewSpec()
        .withReplicas(running ? Layer.replicas(claw) : 0)
        .withServiceName(Names.workload(claw))
        .withPodManagementPolicy("Parallel")
        .withRevisionHistoryLimit(REVISIONS)
        .withNewUpdateStrategy()
        .withType("OnDelete")
        .endUpdateStrategy()
        .withSelector(new LabelSelectorBuilder().withMatchLabels(Labels.selector(claw)).build())
        .withTemplate(PodModel.template(claw, profile, circumstances))
        .endSpec()
        .build();
  }

  /** Gives the pod its DNS name; pods that are not ready have one too. */
  static Service headlessService(Claw claw, RuntimeProfile profile, PodChannels channels) {
    List<ServicePort> ports = new ArrayList<>(ports(profile.gatewayPort(), null));
    ports.addAll(channelPorts(channels));
    return new ServiceBuilder()
        .withMetadata(Labels.child(claw, Names.workload(claw)))
        .withNewSpec()
        .withClusterIP("None")
        .withPublishNotReadyAddresses(true)
        .withSelector(Labels.selector(claw))
        .withPorts(ports)
        .endSpec()
        .build();
  }

  /** Named after the channel, with a number before that where it has several. */
  private static List<ServicePort> channelPorts(PodChannels channels) {
    List<ServicePort> ports = new ArrayList<>();
    for (PodChannel channel : channels.channels()) {
      int number = 0;
      for (int port : ChannelModel.ports(channel.spec()).values()) {
        String name = "ch" + (number == 0 ? "" : number) + "-" + channel.name();
        number++;
        ports.add(
            new ServicePortBuilder()
                .withName(name)
                .withProtocol("TCP")
                .withPort(port)
                .withTargetPort(new IntOrString(port))
                .build());
      }
    }
    return ports;
  }

  static Service gatewayService(Claw claw, RuntimeProfile profile) {
    Expose expose = claw.getSpec().expose();
    return new ServiceBuilder()
        .withMetadata(Labels.child(claw, Names.gatewayService(claw)))
        .withNewSpec()
        .withType("ClusterIP")
        .withSelector(Labels.selector(claw))
        .withPorts(ports(profile.gatewayPort(), expose == null ? null : expose.port()))
        .endSpec()
        .build();
  }

  private static List<ServicePort> ports(@Nullable Integer target, @Nullable Integer outside) {
    return target == null
        ? List.of()
        : List.of(
            new ServicePortBuilder()
                .withName(RuntimeProfile.GATEWAY)
                .withProtocol("TCP")
                .withPort(outside == null ? target : outside)
                .withTargetPort(new IntOrString(target))
                .build());
  }

  static ServiceAccount serviceAccount(Claw claw, Circumstances circumstances) {
    ServiceAccount account =
        new ServiceAccountBuilder()
            .withMetadata(Labels.child(claw, Names.serviceAccount(claw)))
            .withAutomountServiceAccountToken(false)
            .build();
    account.getMetadata().setAnnotations(annotations(claw, circumstances));
    return account;
  }

  /** Only what the cluster allows: an annotation can lend an account rights in a cloud. */
  private static Map<String, String> annotations(Claw claw, Circumstances circumstances) {
    Map<String, String> annotations = new LinkedHashMap<>();
    var reference = claw.getSpec().serviceAccount();
    if (reference != null && reference.annotations() != null) {
      annotations.putAll(reference.annotations());
      annotations.keySet().retainAll(circumstances.serviceAccountAnnotations());
    }
    return annotations;
  }

  static PodDisruptionBudget budget(Claw claw) {
    return new PodDisruptionBudgetBuilder()
        .withMetadata(Labels.child(claw, Names.workload(claw)))
        .withSpec(budgetSpec(claw))
        .build();
  }

  /**
   * With one replica {@code minAvailable: 1} would block every drain and every roll of a healthy
   * agent for ever; it was the default of older versions, so it is read as the default of this one.
   */
  private static PodDisruptionBudgetSpec budgetSpec(Claw claw) {
    DisruptionBudget budget = Defaulting.disruptionBudget(claw.getSpec());
    Integer most = budget == null ? null : budget.maxUnavailable();
    Integer least = budget == null ? null : budget.minAvailable();
    PodDisruptionBudgetSpecBuilder spec =
        new PodDisruptionBudgetSpecBuilder()
            .withSelector(new LabelSelectorBuilder().withMatchLabels(Labels.selector(claw)).build())
            .withUnhealthyPodEvictionPolicy("AlwaysAllow");
    if (most == null && least != null && least != 1) {
      return spec.withMinAvailable(new IntOrString(least)).build();
    }
    return spec.withMaxUnavailable(new IntOrString(most == null ? 1 : most)).build();
  }
}
