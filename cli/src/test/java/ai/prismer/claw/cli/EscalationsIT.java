package ai.prismer.claw.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.gate.canonical.CanonicalJson;
import ai.prismer.claw.gate.canonical.Digest;
import ai.prismer.claw.testkit.cluster.ApiServer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees of incidents, and what is decided only after it was shown. */
class EscalationsIT {
  @RegisterExtension static final ApiServer server = new ApiServer();

  private static final String ACTION =
      "{\"action\":\"bump-memory\",\"params\":{\"target\":\"96Mi\"}}";

  @TempDir Path folder;
  private String namespace;
  private KubeconfigUser person;

  @BeforeEach
  void aNamespaceWithAPersonAndAnEscalation() throws IOException {
    namespace = server.namespace();
    person =
        new KubeconfigUser(server, namespace, "person", folder)
            .allowed(
                "[{apiGroups: [claw.prismer.ai], resources: [clawopsescalations],"
                    + " verbs: [get, list, patch, approve]}]");
    server.apply(
        """
        apiVersion: claw.prismer.ai/v1alpha1
        kind: ClawOpsEscalation
        metadata: {name: my-agent-ops-1, namespace: %s}
        spec:
          clawRef: {name: my-agent}
          clawUid: uid-1
          severity: High
          trigger: {type: OOMKilled, message: "killed twice", firstSeen: "2026-01-01T00:00:00Z", count: 2}
        """
            .formatted(namespace));
    person.awaitSuccess("escalations");
  }

  @Test
  void escalationsAreListed() {
    Program list = person.claw("escalations");

    assertThat(list.out())
        .containsPattern(namespace + " +my-agent-ops-1 +my-agent +OOMKilled +High +Pending +- +-");
    assertThat(person.claw("escalations", "-o", "name").out().strip())
        .isEqualTo("clawopsescalation.claw.prismer.ai/my-agent-ops-1");
  }

  @Test
  void whatProposesNothingIsShownAndNotApproved() {
    Program approve = person.claw("approve", "my-agent-ops-1");

    assertThat(approve.exitCode()).isEqualTo(1);
    assertThat(approve.out()).contains("my-agent (uid uid-1)", "OOMKilled 2 times", "killed twice");
    assertThat(approve.err()).contains("nothing was decided", "next: ");
    assertThat(person.claw("approve", "absent").err())
        .contains("there is no ClawOpsEscalation absent");
  }

  @Test
  void aDigestThatDoesNotBelongToTheActionIsNeverApproved() throws IOException {
    assumeThat(propose(digest("uid-2", ACTION))).as("the definitions know proposals").isTrue();

    Program approve = person.claw("approve", "my-agent-ops-1");

    assertThat(approve.exitCode()).isEqualTo(1);
    assertThat(approve.err()).contains("the digest is not that of the action that is shown");
    assertThat(approval().isMissingNode()).isTrue();
  }

  @Test
  void anApprovalCarriesTheDigestThatWasShownAndTheNameOfThePerson() throws IOException {
    String digest = digest("uid-1", ACTION);
    assumeThat(propose(digest)).as("the definitions know proposals").isTrue();

    assertThat(person.claw("approve", "my-agent-ops-1", "--digest", "another").err())
        .contains("what is proposed is not what --digest names");
    Program approve = person.claw("approve", "my-agent-ops-1", "--reason", "seen", "--by", "root");

    assertThat(approve.exitCode()).as(approve.err()).isZero();
    assertThat(approve.out()).contains(ACTION, digest, "approved as " + person.name());
    assertThat(approve.err()).contains("--by is not used");
    assertThat(approval().path("by").asText()).isEqualTo(person.name());
    assertThat(approval().path("actionDigest").asText()).isEqualTo(digest);
    assertThat(approval().path("decision").asText()).isEqualTo("Approve");
  }

  private JsonNode approval() throws IOException {
    return person.claw("escalations", "-o", "json").json().at("/items/0/spec/approval");
  }

  /** Whether the definitions of this version know proposals. */
  private boolean propose(String digest) {
    ObjectNode patch = new JsonMapper().createObjectNode();
    patch
        .putObject("status")
        .put("phase", "AwaitingApproval")
        .put("proposedAction", ACTION)
        .put("actionDigest", digest);
    try {
      GenericKubernetesResource after =
          server
              .admin()
              .genericKubernetesResources(
                  ResourceDefinitionContext.fromResourceType(ClawOpsEscalation.class))
              .inNamespace(namespace)
              .withName("my-agent-ops-1")
              .subresource("status")
              .patch(PatchContext.of(PatchType.JSON_MERGE), patch.toString());
      return after.get("status", "actionDigest") != null;
    } catch (KubernetesClientException unknownPhase) {
      return false;
    }
  }

  private static String digest(String uid, String action) throws IOException {
    ObjectNode json = CanonicalJson.read(action.getBytes(StandardCharsets.UTF_8));
    json.put("clawUid", uid);
    return Digest.of(CanonicalJson.write(json)).hex();
  }
}
