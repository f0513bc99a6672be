package ai.prismer.claw.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.contract.Gateway;
import ai.prismer.claw.testkit.gateway.GatewayClient;
import ai.prismer.claw.testkit.gateway.GatewayException;
import ai.prismer.claw.testkit.model.Reply;
import ai.prismer.claw.testkit.model.ScriptedModel;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.LocalPortForward;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ChatNodeIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @BeforeAll
  static void install() {
    Node.operatorInstalled();
  }

  @Test
  void anAgentWithoutItsKeysWaitsForThemAndThenAnswersWhoeverHoldsItsToken() throws IOException {
    try (KubernetesClient client = Node.admin();
        ScriptedModel model =
            ScriptedModel.start(
                new InetSocketAddress(Node.address(client), 0),
                Reply.text("forty two", Duration.ZERO))) {
      String namespace = Node.namespace(client, "chat");
      Agents agents = new Agents(client, namespace);
      agents.create("talker", Agents.openClaw(model));
      agents.await("talker", Duration.ofSeconds(30), claw -> isFalse(claw, "CredentialsReady"));
      assertThat(client.pods().inNamespace(namespace).list().getItems()).isEmpty();

      client
          .resource(
              new SecretBuilder()
                  .withNewMetadata()
                  .withName("keys")
                  .withNamespace(namespace)
                  .endMetadata()
                  .addToStringData("OPENAI_API_KEY", "sk-that-only-the-model-may-see")
                  .build())
          .create();
      agents.awaitRunning("talker");

      try (LocalPortForward forward =
          client.pods().inNamespace(namespace).withName("talker-0").portForward(Gateway.PORT)) {
        URI url = URI.create("ws://127.0.0.1:" + forward.getLocalPort());
        try (GatewayClient person =
            GatewayClient.connect(url, token(client, namespace), PATIENCE)) {
          assertThat(person.ask("agent:main:e2e:chat", "what is six times seven?", piece -> {}))
              .isEqualTo("forty two");
        }
        Assertions.assertThatExceptionOfType(GatewayException.class)
            .isThrownBy(() -> GatewayClient.connect(url, "guessed", PATIENCE).close());
      }
      // The person's tool, which finds its own way to the gateway; all that it prints.
      assertThat(
              Node.kubectlClaw("chat", "talker", "and", "what", "is", "it?", "-n", namespace)
                  .succeeds())
          .isEqualTo("forty two\n");
      assertThat(client.pods().inNamespace(namespace).withName("talker-0").getLog())
          .doesNotContain("sk-that-only-the-model-may-see")
          .doesNotContain(token(client, namespace));
      assertThat(model.requests()).isNotEmpty();
    }
  }

  private static boolean isFalse(ai.prismer.claw.api.Claw claw, String condition) {
    return claw.getStatus().conditions().stream()
        .anyMatch(found -> found.type().equals(condition) && found.status().equals("False"));
  }

  private static String token(KubernetesClient client, String namespace) {
    String encoded =
        client
            .secrets()
            .inNamespace(namespace)
            .withName("talker-token")
            .get()
            .getData()
            .get(Gateway.TOKEN_KEY);
    return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
  }
}
