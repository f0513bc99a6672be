package ai.prismer.claw.cli.status;

import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.output.Screen;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.LogWatch;
import io.fabric8.kubernetes.client.dsl.Loggable;
import io.fabric8.kubernetes.client.dsl.PrettyLoggable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Logs of pods: one after the other, or, followed, as they come. */
final class PodLogs {
  private final KubernetesClient client;
  private final Screen screen;
  private final String container;
  private final boolean previous;
  private final @Nullable Integer tail;

  PodLogs(
      KubernetesClient client,
      Screen screen,
      String container,
      boolean previous,
      @Nullable Integer tail) {
    this.client = client;
    this.screen = screen;
    this.container = container;
    this.previous = previous;
    this.tail = tail;
  }

  void show(List<Pod> pods, boolean follow) {
    if (!follow) {
      pods.forEach(pod -> whole(pod, prefix(pod, pods)));
      return;
    }
    List<Future<?>> running = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      pods.forEach(pod -> running.add(executor.submit(() -> follow(pod, prefix(pod, pods)))));
    }
    running.forEach(PodLogs::rethrow);
  }

  private static String prefix(Pod pod, List<Pod> pods) {
    return pods.size() == 1 ? "" : "[" + pod.getMetadata().getName() + "] ";
  }

  private void whole(Pod pod, String prefix) {
    Loggable log = log(pod);
    try (InputStream in = log.getLogInputStream()) {
      LogLines.copy(in, line -> screen.result(prefix + line));
    } catch (IOException e) {
      throw broken(pod, e);
    }
  }

  private void follow(Pod pod, String prefix) {
    try (LogWatch watch = log(pod).watchLog();
        InputStream in = watch.getOutput()) {
      LogLines.copy(in, line -> screen.result(prefix + line));
    } catch (IOException e) {
      throw broken(pod, e);
    }
  }

  private Loggable log(Pod pod) {
    var named =
        client
            .pods()
            .inNamespace(pod.getMetadata().getNamespace())
            .withName(pod.getMetadata().getName())
            .inContainer(container);
    var chosen = previous ? named.terminated() : named;
    PrettyLoggable lines = tail == null ? chosen : chosen.tailingLines(tail);
    return lines;
  }

  private static CommandException broken(Pod pod, IOException e) {
    return CommandException.failed(
        "the log of pod " + pod.getMetadata().getName() + " broke off: " + e.getMessage());
  }

  private static void rethrow(Future<?> ended) {
    try {
      ended.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
