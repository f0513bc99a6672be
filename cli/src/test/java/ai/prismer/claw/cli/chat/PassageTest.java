package ai.prismer.claw.cli.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.contract.Gateway;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way to the gateway, up to whoever carries it on: the kubelet's side of it is this test's. */
class PassageTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private Path folder;

  @Test
  void theGatewayIsReachedThroughThePodsPortAndTheWayEndsWithTheConnection() throws Exception {
    try (RunningGateway gateway = new RunningGateway(folder)) {
      ForwardingKubelet kubelet = ForwardingKubelet.start(gateway.port());
      try (KubernetesClient client = client(kubelet.getPort());
          Passage passage = Passage.open(client, "ns", "talker-0", Gateway.PORT)) {
        int port = passage.address().getPort();
        try (GatewayLink link =
            GatewayLink.connect(
                passage.address(), new Token(RunningGateway.TOKEN), PATIENCE, passage::close)) {
          assertThat(
                  link.call(
                          "chat.history",
                          JsonNodeFactory.instance.objectNode().put("sessionKey", "a"))
                      .path("messages"))
              .isEmpty();
          assertThat(kubelet.asked())
              .containsExactly("/api/v1/namespaces/ns/pods/talker-0/portforward?ports=18900");
        }
        await().until(() -> !isOpen(InetAddress.getLoopbackAddress(), port));
      } finally {
        kubelet.stop();
      }
    }
  }

  @Test
  void nobodyOutsideThisMachineCanGoThatWay() throws Exception {
    try (KubernetesClient client = client(1);
        Passage passage = Passage.open(client, "ns", "talker-0", Gateway.PORT)) {
      int port = passage.address().getPort();

      assertThat(InetAddress.getByName(passage.address().getHost()).isLoopbackAddress()).isTrue();
      NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
          .forEach(address -> assertThat(isOpen(address, port)).as("%s", address).isFalse());
    }
  }

  @Test
  void whoMayNotForwardPortsIsToldSo() throws Exception {
    assertThat(refusal(403))
        .isEqualTo(
            "error: you may not forward ports of pods in namespace ns\n"
                + "next: kubectl auth can-i create pods/portforward -n ns");
  }

  @Test
  void whatElseTheApiServerAnswersIsSaidWithTheNextStep() throws Exception {
    assertThat(refusal(500))
        .isEqualTo(
            "error: the API server opens no way to pod talker-0: HTTP 500\n"
                + "next: kubectl port-forward talker-0 18900 -n ns says why");
  }

  @Test
  void aPodThatDoesNotListenIsSaidNotToWithoutSteeringTheTerminal() throws Exception {
    int nobody;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = free.getLocalPort();
    }
    ForwardingKubelet kubelet = ForwardingKubelet.start(nobody);
    try (KubernetesClient client = client(kubelet.getPort())) {
      assertThat(refusal(client))
          .startsWith("error: there is no way to port 18900 of pod talker-0: ")
          .contains("\\u{1b}[2Jnobody listens")
          .doesNotContain("\u001b");
    } finally {
      kubelet.stop();
    }
  }

  /** What is said when the API server refuses with a status. */
  private static String refusal(int status) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
    try (KubernetesClient client = client(server.getAddress().getPort())) {
      return refusal(client);
    } finally {
      server.stop(0);
    }
  }

  private static String refusal(KubernetesClient client) {
    try (Passage passage = Passage.open(client, "ns", "talker-0", Gateway.PORT)) {
      GatewayException refused =
          catchThrowableOfType(
              GatewayException.class,
              () ->
                  GatewayLink.connect(
                      passage.address(), new Token(RunningGateway.TOKEN), PATIENCE, () -> {}));
      assertThat(refused.code()).isEmpty();
      return String.join("\n", passage.refusal().orElseThrow().lines());
    }
  }

  private static KubernetesClient client(int port) {
    Config config =
        new ConfigBuilder(Config.empty()).withMasterUrl("http://127.0.0.1:" + port).build();
    config.setRequestRetryBackoffLimit(0);
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  private static boolean isOpen(InetAddress address, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), 1000);
      return true;
    } catch (IOException refused) {
      return false;
    }
  }
}
