package ai.prismer.claw.cli.access;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.cli.ClusterAccess;
import ai.prismer.claw.cli.resource.Found;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What becomes of an agent's patch of its own Claw: the role says yes to all of it, the admission
 * policies to three annotations. It is tried as a dry run in the name of the agent, so nothing is
 * changed; it needs the right to impersonate the account.
 */
final class Admission {
  private static final Map<String, String> TRIES = tries();

  private Admission() {}

  /** By what is tried, the server's answer in its own words. */
  static Map<String, String> of(KubernetesClient client, String user, Found<Claw> claw) {
    Map<String, String> answers = new LinkedHashMap<>();
    try (KubernetesClient agent = ClusterAccess.as(client, user)) {
      TRIES.forEach((what, patch) -> answers.put(what, answer(agent, claw, patch)));
    }
    return answers;
  }

  private static Map<String, String> tries() {
    Map<String, String> tries = new LinkedHashMap<>();
    tries.put("change its spec", "{\"spec\":{\"suspend\":true,\"replicas\":1}}");
    tries.put("change a label", "{\"metadata\":{\"labels\":{\"kubectl-claw/can-i\":\"yes\"}}}");
    tries.put(
        "pause itself", "{\"metadata\":{\"annotations\":{\"claw.prismer.ai/paused\":\"can-i\"}}}");
    return tries;
  }

  private static String answer(KubernetesClient agent, Found<Claw> claw, String patch) {
    try {
      agent
          .resources(Claw.class)
          .inNamespace(claw.namespace())
          .withName(claw.name())
          .patch(
              new PatchContext.Builder()
                  .withPatchType(PatchType.JSON_MERGE)
                  .withDryRun(List.of("All"))
                  .build(),
              patch);
      return "allowed";
    } catch (KubernetesClientException e) {
      String message =
          e.getStatus() == null || e.getStatus().getMessage() == null
              ? String.valueOf(e.getMessage())
              : e.getStatus().getMessage();
      boolean untried =
          e.getCode() == HttpURLConnection.HTTP_FORBIDDEN && message.contains("cannot impersonate");
      return (untried ? "not tried: " : "refused: ") + message;
    }
  }
}
