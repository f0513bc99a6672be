package ai.prismer.claw.cli.chat;

import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.gate.text.ForeignText;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.http.WebSocketHandshakeException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * A way to a port of a pod through the API server, under the person's own rights: a port of this
 * machine's loopback interface, and what connects to it is carried on.
 */
final class Passage implements AutoCloseable {
  private static final int LONGEST_REASON = 200;

  /** The reason is written down by another thread than the one that sees the connection fail. */
  private static final Duration REASON_COMES = Duration.ofMillis(500);

  private static final Duration LOOK = Duration.ofMillis(10);

  private final LocalPortForward forward;
  private final String namespace;
  private final String pod;
  private final int port;

  private Passage(LocalPortForward forward, String namespace, String pod, int port) {
    this.forward = forward;
    this.namespace = namespace;
    this.pod = pod;
    this.port = port;
  }

  /** Opens it. The API server is asked when somebody connects. */
  static Passage open(KubernetesClient client, String namespace, String pod, int port) {
    // Named, because the library's own choice is every interface of this machine.
    LocalPortForward forward =
        client
            .pods()
            .inNamespace(namespace)
            .withName(pod)
            .portForward(port, InetAddress.getLoopbackAddress(), 0);
    return new Passage(forward, namespace, pod, port);
  }

  /** Where to connect to. */
  URI address() {
    String host = forward.getLocalAddress().getHostAddress();
    return URI.create(
        "ws://"
            + (host.contains(":") ? "[" + host + "]" : host)
            + ":"
            + forward.getLocalPort()
            + "/");
  }

  /** Why what connected did not get through; empty if the passage is not at fault. */
  Optional<CommandException> refusal() {
    long began = System.nanoTime();
    while (!forward.errorOccurred()) {
      if (System.nanoTime() - began > REASON_COMES.toNanos()) {
        return Optional.empty();
      }
      pause();
    }
    return forward.getServerThrowables().stream().findFirst().map(this::explained);
  }

  private CommandException explained(Throwable refused) {
    for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
      if (cause instanceof WebSocketHandshakeException handshake) {
        int status = handshake.getResponse().code();
        return status == HttpURLConnection.HTTP_FORBIDDEN
            ? CommandException.failed(
                "you may not forward ports of pods in namespace " + namespace,
                "kubectl auth can-i create pods/portforward -n " + namespace)
            : CommandException.failed(
                "the API server opens no way to pod " + pod + ": HTTP " + status,
                "kubectl port-forward " + pod + " " + port + " -n " + namespace + " says why");
      }
    }
    return CommandException.failed(
        "there is no way to port "
            + port
            + " of pod "
            + pod
            + ": "
            + ForeignText.line(String.valueOf(refused.getMessage()), LONGEST_REASON),
        "kubectl get pod " + pod + " -n " + namespace + " says whether it is ready");
  }

  private static void pause() {
    try {
      Thread.sleep(LOOK);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    try {
      forward.close();
    } catch (IOException closing) {
      // What was to be said over it has been said.
    }
  }
}
