package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.status.ActionRecord;
import ai.prismer.claw.gate.intent.Quantity;
import ai.prismer.claw.gate.text.ForeignText;
import ai.prismer.claw.operator.signals.Loads;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The facts of the moment in which an escalation is opened, in words. Pure. */
final class Snapshot {
  private static final int MAX_VALUE = 256;
  private static final int MAX_ACTIONS = 5;

  private Snapshot() {}

  static Map<String, String> of(Sight sight) {
    Map<String, String> facts = new TreeMap<>();
    for (Pod pod : sight.pods()) {
      String name = Pods.name(pod);
      Pods.memoryLimit(pod)
          .ifPresent(bytes -> facts.put("memoryLimit/" + name, Quantity.printBytes(bytes)));
      Pods.cpuLimit(pod)
          .ifPresent(cpu -> facts.put("cpuLimit/" + name, Quantity.printMillicores(cpu)));
      facts.put("pod/" + name, ForeignText.line(pod(pod), MAX_VALUE));
      sight.loads().byPod().getOrDefault(Pods.uid(pod), List.of()).stream()
          .filter(load -> load.container().equals(Keys.RUNTIME_CONTAINER))
          .forEach(load -> facts.put(load.type().id() + "/" + name, load(load)));
    }
    List<ActionRecord> actions = sight.ops().recentActions();
    if (actions != null && !actions.isEmpty()) {
      facts.put(
          "recentActions",
          ForeignText.line(
              actions.subList(Math.max(0, actions.size() - MAX_ACTIONS), actions.size()).stream()
                  .map(action ->
                      action.at()
                          + " "
                          + action.action()
                          + (action.result() == null ? "" : " " + action.result()))
                  .collect(Collectors.joining("; ")),
              MAX_VALUE));
    }
    return facts;
  }

  private static String load(Loads.Load load) {
    return load.aboveSince() == null
        ? "measured, below its threshold"
        : "above its threshold since " + load.aboveSince();
  }

  private static String pod(Pod pod) {
    String containers =
        pod.getStatus() == null || pod.getStatus().getContainerStatuses() == null
            ? "no container has started"
            : pod.getStatus().getContainerStatuses().stream()
                .map(Snapshot::container)
                .collect(Collectors.joining("; "));
    return (Pods.isReady(pod) ? "ready: " : "not ready: ") + containers;
  }

  private static String container(ContainerStatus container) {
    return container.getName()
        + " "
        + state(container.getState())
        + ", restarts "
        + container.getRestartCount()
        + (container.getLastState() == null || container.getLastState().getTerminated() == null
            ? ""
            : ", last " + state(container.getLastState()));
  }

  private static String state(@Nullable ContainerState state) {
    if (state == null) {
      return "unknown";
    }
    if (state.getTerminated() != null) {
      return "ended "
          + state.getTerminated().getReason()
          + " ("
          + state.getTerminated().getExitCode()
          + ")";
    }
    return state.getWaiting() != null ? "waits " + state.getWaiting().getReason() : "runs";
  }
}
