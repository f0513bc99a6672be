package ai.prismer.claw.cli.dlq;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.resource.ClawSession;
import ai.prismer.claw.cli.resource.Pods;
import ai.prismer.claw.contract.BusClient;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.http.WebSocketHandshakeException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Asks the bus of an agent: an {@code exec} of {@link BusClient} in the bus's container, under the
 * person's own rights. What comes back is a container's word: bounded here, checked by who reads
 * it.
 */
final class BusExec {
  /** Longer than the program in the container waits for the bus. */
  private static final Duration PATIENCE = BusClient.PATIENCE.plusSeconds(15);

  private static final int LONGEST_COMPLAINT = 4 * 1024;

  private final ClawSession session;
  private final String pod;

  private BusExec(ClawSession session, String pod) {
    this.session = session;
    this.pod = pod;
  }

  /**
   * The bus of the session's Claw.
   *
   * @throws CommandException if it has none
   */
  static BusExec of(ClawSession session) {
    List<Pod> pods = Pods.of(session.client(), session.claw());
    if (pods.isEmpty()) {
      throw CommandException.failed(
          session.claw().name() + " has no pod", session.command("status") + " says why");
    }
    Pod pod = pods.getFirst();
    if (!hasBus(pod)) {
      throw CommandException.failed(
          "pod "
              + pod.getMetadata().getName()
              + " has no bus: "
              + session.claw().name()
              + " names no channels");
    }
    return new BusExec(session, pod.getMetadata().getName());
  }

  private static boolean hasBus(Pod pod) {
    return Stream.concat(
            pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
        .anyMatch(container -> container.getName().equals(Keys.BUS_CONTAINER));
  }

  /**
   * What the bus answers.
   *
   * @param question its words
   * @param limit how many bytes of an answer are taken
   * @throws CommandException if it says no, says too much, or does not answer in time
   */
  byte[] ask(List<String> question, int limit) {
    List<String> command = new ArrayList<>(BusClient.COMMAND);
    command.addAll(question);
    BoundedOutput out = new BoundedOutput(limit);
    BoundedOutput err = new BoundedOutput(LONGEST_COMPLAINT);
    try (ExecWatch running =
        session
            .client()
            .pods()
            .inNamespace(session.claw().namespace())
            .withName(pod)
            .inContainer(Keys.BUS_CONTAINER)
            // The bus answers also while the agent beside it is not ready.
            .withReadyWaitTimeout(null)
            .writingOutput(out)
            .writingError(err)
            .exec(command.toArray(String[]::new))) {
      Object ended =
          CompletableFuture.anyOf(running.exitCode(), out.exceeded())
              .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      if (out.exceeded().isDone()) {
        throw CommandException.failed(
            "the bus of "
                + session.claw().name()
                + " answered with more than "
                + limit
                + " bytes; nothing of it is shown");
      }
      if (!Integer.valueOf(0).equals(ended)) {
        throw CommandException.failed(complaint(err));
      }
      return out.bytes();
    } catch (KubernetesClientException refused) {
      throw refusal(refused);
    } catch (TimeoutException late) {
      throw CommandException.failed(
          "pod " + pod + " did not answer within " + PATIENCE.toSeconds() + "s",
          session.command("status") + " says how it is");
    } catch (ExecutionException broken) {
      throw CommandException.failed(
          "the connection to pod " + pod + " broke off: " + broken.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /**
   * Whoever refuses to change over to a stream of bytes answers with a number; its words do not
   * reach us.
   */
  private RuntimeException refusal(KubernetesClientException refused) {
    String namespace = session.claw().namespace();
    for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
      if (cause instanceof WebSocketHandshakeException handshake) {
        int status = handshake.getResponse().code();
        return status == HttpURLConnection.HTTP_FORBIDDEN
            ? CommandException.failed(
                "you may not run programs in pods of namespace " + namespace,
                "kubectl auth can-i create pods/exec -n " + namespace)
            : CommandException.failed(
                "the API server got no program to run in pod " + pod + ": HTTP " + status,
                "kubectl exec "
                    + pod
                    + " -n "
                    + namespace
                    + " -c "
                    + Keys.BUS_CONTAINER
                    + " -- /opt/java/bin/java -version says why");
      }
    }
    return refused;
  }

  private String complaint(BoundedOutput err) {
    String text = new String(err.bytes(), StandardCharsets.UTF_8).strip();
    String said = text.startsWith("bus: ") ? text.substring("bus: ".length()) : text;
    return "the bus of "
        + session.claw().name()
        + (said.isEmpty() ? " failed and does not say why" : " says: " + said);
  }
}
