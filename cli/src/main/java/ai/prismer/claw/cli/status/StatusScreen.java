package ai.prismer.claw.cli.status;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.rules.Defaulting;
import ai.prismer.claw.api.status.Adjustment;
import ai.prismer.claw.api.status.ChannelState;
import ai.prismer.claw.api.status.Condition;
import ai.prismer.claw.cli.output.Age;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.cli.output.Table;
import ai.prismer.claw.cli.resource.Found;
import ai.prismer.claw.cli.resource.Ops;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/** The status of agents, laid out for a terminal. */
final class StatusScreen {
  private final Screen screen;
  private final Instant now;

  StatusScreen(Screen screen, Instant now) {
    this.screen = screen;
    this.now = now;
  }

  /** A line for each. */
  void list(List<Found<Claw>> claws, boolean withNamespace) {
    Table table =
        withNamespace
            ? new Table("NAMESPACE", "NAME", "RUNTIME", "PHASE", "READY", "HEALING", "AGE", "NEXT")
            : new Table("NAME", "RUNTIME", "PHASE", "READY", "HEALING", "AGE", "NEXT");
    for (Found<Claw> claw : claws) {
      List<NextStep.Step> steps = NextStep.of(claw);
      String runtime = claw.object().getSpec().runtime().wireName();
      String ready = Ops.condition(claw.object(), "Ready").map(Condition::status).orElse("Unknown");
      String healing = healing(claw);
      String age = Age.of(claw.created(), now);
      String next = steps.isEmpty() ? "" : steps.getFirst().command();
      if (withNamespace) {
        table.row(claw.namespace(), claw.name(), runtime, phase(claw), ready, healing, age, next);
      } else {
        table.row(claw.name(), runtime, phase(claw), ready, healing, age, next);
      }
    }
    screen.result(table);
  }

  /** One screen. */
  void show(Found<Claw> claw, List<Pod> pods) {
    screen.result(claw.name() + " is " + phase(claw) + " in namespace " + claw.namespace());
    screen.result("runtime  " + runtime(claw.object()));
    screen.result("age      " + Age.of(claw.created(), now));
    screen.result("healing  " + healing(claw) + adjustments(claw.object()));
    screen.result("");
    conditions(claw.object());
    screen.result("");
    pods(pods);
    channels(claw.object());
    next(claw);
  }

  private void conditions(Claw claw) {
    Table table = new Table("CONDITION", "STATUS", "SINCE", "REASON", "MESSAGE");
    for (Condition condition : Ops.conditions(claw)) {
      table.row(
          condition.type(),
          condition.status(),
          Age.of(condition.lastTransitionTime(), now),
          condition.reason(),
          condition.message());
    }
    if (table.isEmpty()) {
      screen.result("no condition yet: the operator has not seen this Claw");
    } else {
      screen.result(table);
    }
  }

  private void pods(List<Pod> pods) {
    if (pods.isEmpty()) {
      screen.result("no pod");
      return;
    }
    Table table = new Table("POD", "READY", "PHASE", "RESTARTS", "AGE", "NODE", "LAST EXIT");
    for (Pod pod : pods) {
      List<ContainerStatus> containers = pod.getStatus().getContainerStatuses();
      long ready = containers.stream().filter(each -> each.getReady()).count();
      int restarts = containers.stream().mapToInt(ContainerStatus::getRestartCount).sum();
      table.row(
          pod.getMetadata().getName(),
          ready + "/" + pod.getSpec().getContainers().size(),
          pod.isMarkedForDeletion() ? "Terminating" : pod.getStatus().getPhase(),
          restarts,
          Age.of(pod.getMetadata().getCreationTimestamp(), now),
          pod.getSpec().getNodeName(),
          containers.stream()
              .map(this::lastExit)
              .filter(exit -> !exit.isEmpty())
              .collect(Collectors.joining(", ")));
    }
    screen.result(table);
  }

  private void channels(Claw claw) {
    List<ChannelState> states =
        claw.getStatus() == null || claw.getStatus().channels() == null
            ? List.of()
            : claw.getStatus().channels();
    if (states.isEmpty()) {
      return;
    }
    Table table = new Table("CHANNEL", "STATUS", "PRESSURE", "DEAD LETTERS", "ERROR");
    for (ChannelState state : states) {
      table.row(
          state.name(),
          state.status(),
          state.backpressure() == null
              ? null
              : state.backpressure().name().toLowerCase(Locale.ROOT),
          state.deadLetterCount(),
          state.lastError());
    }
    screen.result("");
    screen.result(table);
  }

  private String lastExit(ContainerStatus container) {
    var last = container.getLastState() == null ? null : container.getLastState().getTerminated();
    return last == null
        ? ""
        : container.getName()
            + " "
            + Objects.requireNonNullElse(last.getReason(), "exit " + last.getExitCode())
            + " "
            + Age.of(last.getFinishedAt(), now)
            + " ago";
  }

  private void next(Found<Claw> claw) {
    List<NextStep.Step> steps = NextStep.of(claw);
    if (!steps.isEmpty()) {
      screen.result("");
      screen.result("next");
    }
    for (NextStep.Step step : steps) {
      screen.result("  " + step.about() + ": " + step.command());
    }
  }

  private static String runtime(Claw claw) {
    String wire = claw.getSpec().runtime().wireName();
    return claw.getStatus() == null || claw.getStatus().runtime() == null
        ? wire
        : wire + ", image " + claw.getStatus().runtime().image();
  }

  private static String phase(Found<Claw> claw) {
    return claw.object().getStatus() == null || claw.object().getStatus().phase() == null
        ? "Pending"
        : claw.object().getStatus().phase().name();
  }

  private static String healing(Found<Claw> claw) {
    if (Ops.isPaused(claw)) {
      return "paused";
    }
    if (Ops.isFrozen(claw.object())) {
      return "frozen";
    }
    var flight = Ops.of(claw.object()).inFlight();
    String mode = Defaulting.opsMode(claw.object().getSpec()).name();
    return flight == null ? mode : flight.action() + " " + flight.stage();
  }

  private static String adjustments(Claw claw) {
    List<Adjustment> adjustments = Ops.adjustments(claw);
    return adjustments.isEmpty()
        ? ""
        : ", adjusted "
            + adjustments.stream()
                .map(each -> each.field() + "=" + each.value())
                .collect(Collectors.joining(", "));
  }
}
