package ai.prismer.claw.cli.chat;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.resource.ClawSession;
import ai.prismer.claw.cli.resource.Found;
import ai.prismer.claw.cli.resource.Ownership;
import ai.prismer.claw.contract.Gateway;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The Secret in which the operator keeps the token of an agent's gateway. */
final class TokenSecret {
  private TokenSecret() {}

  /**
   * The token in it, read under the person's own rights. A Secret that only has the right name is
   * not read: its content would be shown to the agent.
   *
   * @throws CommandException if there is none, or the person may not read it
   */
  static Token read(KubernetesClient client, Found<Claw> claw) {
    String name = Gateway.tokenSecret(claw.name());
    Secret secret = get(client, claw, name);
    if (secret == null || !Ownership.isControlledBy(secret, claw.uid())) {
      throw CommandException.failed(
          "there is no Secret " + name + " of " + claw.name() + "; the operator makes it",
          ClawSession.command("status", claw) + " says what keeps it from that");
    }
    String encoded = secret.getData() == null ? null : secret.getData().get(Gateway.TOKEN_KEY);
    String token =
        encoded == null
            ? ""
            : new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8).strip();
    if (token.isEmpty()) {
      throw CommandException.failed(
          "Secret " + name + " has no " + Gateway.TOKEN_KEY,
          "kubectl delete secret "
              + name
              + " -n "
              + claw.namespace()
              + ": the operator makes a new one");
    }
    return new Token(token);
  }

  private static @Nullable Secret get(KubernetesClient client, Found<Claw> claw, String name) {
    try {
      return client.secrets().inNamespace(claw.namespace()).withName(name).get();
    } catch (KubernetesClientException refused) {
      if (refused.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
        throw CommandException.failed(
            "you may not read Secret " + name + ", which holds the token of the gateway",
            "kubectl auth can-i get secret/" + name + " -n " + claw.namespace());
      }
      throw refused;
    }
  }
}
