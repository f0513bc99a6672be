package ai.prismer.claw.testkit.attack;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is asked of whoever writes a channel: it becomes a container in the pods that use it. */
class ChannelPolicyIT {
  private static final Guard CHANNELS = new Guard.Policy("k8s4claw-channels");
  private static final Guard STATUS = new Guard.Policy("k8s4claw-status");
  private static final Guard CLAW_AUTHOR = new Guard.Policy("k8s4claw-claw-author");

  @RegisterExtension
  @Order(1)
  static final ApiServer server = new ApiServer();

  @RegisterExtension
  @Order(2)
  static final InstalledChart chart = new InstalledChart(server);

  private static Prey prey;
  private static String channels;

  /** Holds every verb that Kubernetes knows, and not ours. */
  private static KubernetesClient writer;

  /** Holds ours too. */
  private static KubernetesClient manager;

  /** And may read Secrets. */
  private static KubernetesClient owner;

  @BeforeAll
  static void people() {
    prey = new Prey(server, chart);
    String namespace = prey.target().namespace();
    channels = "/apis/claw.prismer.ai/v1alpha1/namespaces/" + namespace + "/clawchannels";
    String ours = "{apiGroups: [claw.prismer.ai], resources: [claws, clawchannels], verbs: [%s]}";
    String standard = "get, list, watch, create, update, patch, delete, deletecollection";
    writer = person("channel-writer", ours.formatted(standard));
    manager = person("channel-manager", ours.formatted(standard + ", manage"));
    owner =
        person(
            "channel-owner",
            ours.formatted(standard + ", manage")
                + ", {apiGroups: [''], resources: [secrets], verbs: [get]}");
  }

  @Test
  void whoDoesNotHoldManageNeitherMakesNorChangesNorDeletesOne() {
    assertRefused(writer, Call.post(channels, channel("mine", "")), CHANNELS);
    assertAccepted(manager, Call.post(channels, channel("mine", "")));
    String mode = "{\"spec\":{\"mode\":\"inbound\"}}";
    assertRefused(writer, Call.merge(channels + "/mine", mode), CHANNELS);
    assertRefused(writer, Call.delete(channels + "/mine"), CHANNELS);
    assertRefused(writer, Call.delete(channels), CHANNELS);
    assertAccepted(manager, Call.merge(channels + "/mine", mode));
    assertAccepted(manager, Call.delete(channels + "/mine"));
  }

  @Test
  void whoMayNotReadSecretsPutsNoneIntoASidecar() {
    String credentials = ",\"credentials\":{\"secretRef\":{\"name\":\"somebody-elses\"}}";
    assertRefused(manager, Call.post(channels, channel("with", credentials)), CHANNELS);
    assertAccepted(manager, Call.post(channels, channel("with", "")));
    String added = "{\"spec\":{" + credentials.substring(1) + "}}";
    assertRefused(manager, Call.merge(channels + "/with", added), CHANNELS);
    assertAccepted(owner, Call.merge(channels + "/with", added));
    assertAccepted(manager, Call.merge(channels + "/with", "{\"spec\":{\"mode\":\"inbound\"}}"));

    String bridge =
        "{\"spec\":{\"bridge\":{\"protocol\":\"claw-ws\",\"tokenSecretRef\":{\"name\":\"a\",\"key\":\"k\"}}}}";
    assertRefused(manager, Call.merge(prey.target().self(), bridge), CLAW_AUTHOR);
    assertAccepted(owner, Call.merge(prey.target().self(), bridge).dryRun());
  }

  @Test
  void onlyTheOperatorSaysWhoUsesOne() {
    assertAccepted(server.admin(), Call.post(channels, channel("used", "")));
    Call status =
        Call.merge(channels + "/used/status", "{\"status\":{\"referencingClaws\":[\"nobody\"]}}");
    assertRefused(server.admin(), status, STATUS);
    assertAccepted(prey.as(Attack.Identity.OPERATOR), status);
  }

  private static String channel(String name, String more) {
    return """
    {"apiVersion":"claw.prismer.ai/v1alpha1","kind":"ClawChannel","metadata":{"name":"%s"},
     "spec":{"type":"webhook"%s}}
    """
        .formatted(name, more);
  }

  private static KubernetesClient person(String name, String rules) {
    String namespace = prey.target().namespace();
    server.apply(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: %1$s, namespace: %2$s}
        rules: [%3$s]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: %1$s, namespace: %2$s}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: %1$s}
        subjects: [{kind: ServiceAccount, name: %1$s, namespace: %2$s}]
        """
            .formatted(name, namespace, rules));
    return server.clientForServiceAccount(namespace, name);
  }

  private static void assertRefused(KubernetesClient by, Call call, Guard guard) {
    Answer answer = Answer.to(call, by);
    assertThat(answer.guard()).as(call.path() + ": " + answer).isEqualTo(guard);
  }

  private static void assertAccepted(KubernetesClient by, Call call) {
    Answer answer = Answer.to(call, by);
    assertThat(answer.accepted()).as(call.path() + ": " + answer).isTrue();
  }
}
