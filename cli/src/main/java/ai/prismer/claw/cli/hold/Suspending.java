package ai.prismer.claw.cli.hold;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.rules.Defaulting;
import ai.prismer.claw.api.status.Condition;
import ai.prismer.claw.api.status.Phase;
import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Format;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.cli.resource.ClawSession;
import ai.prismer.claw.cli.resource.Found;
import ai.prismer.claw.cli.resource.Kind;
import ai.prismer.claw.cli.resource.Ops;
import ai.prismer.claw.cli.resource.Waiting;
import ai.prismer.claw.cli.resource.Writing;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** Sets {@code spec.suspend} and waits until the operator has done it. */
final class Suspending {
  private final GlobalOptions options;
  private final Screen screen;

  Suspending(GlobalOptions options, Screen screen) {
    this.options = options;
    this.screen = screen;
  }

  int set(String name, boolean suspended, Duration timeout) {
    Format format = options.format(Format.ALL);
    return ClawSession.on(
        options,
        suspended ? "suspending" : "waking",
        name,
        session -> set(session, format, suspended, timeout));
  }

  private int set(ClawSession session, Format format, boolean suspended, Duration timeout) {
    Found<Claw> claw = session.claw();
    if (Defaulting.suspended(claw.object().getSpec()) != suspended) {
      ObjectNode patch = Screen.object();
      patch.putObject("spec").put("suspend", suspended);
      claw = session.claws().patch(claw, patch);
      warnOfGit(claw);
    }
    Phase wanted = suspended ? Phase.Suspended : Phase.Running;
    if (timeout.isPositive()) {
      claw = await(session, wanted, timeout);
    }
    if (format != Format.TABLE) {
      Writing.one(screen, format, Kind.CLAW, claw);
    } else if (timeout.isPositive()) {
      screen.result(claw.name() + " is " + wanted);
    } else {
      screen.result(
          claw.name()
              + (suspended ? " is to be suspended; " : " is to run; ")
              + session.command("status")
              + " shows where it stands");
    }
    return ExitCode.OK;
  }

  private Found<Claw> await(ClawSession session, Phase wanted, Duration timeout) {
    if (Ops.isPaused(session.claw())) {
      throw CommandException.failed(
          "the spec is set, but " + session.claw().name() + " is paused and stays as it is",
          session.command("resume"));
    }
    Optional<Found<Claw>> reached =
        new Waiting(screen, timeout)
            .until(session::look, claw -> isReached(claw, wanted), Suspending::ready);
    if (reached.isEmpty()) {
      Found<Claw> now = session.look();
      throw CommandException.failed(
          "the spec is set, but "
              + now.name()
              + " is not "
              + wanted
              + " after "
              + timeout.toSeconds()
              + "s: "
              + ready(now),
          session.command("status") + " shows where it stands");
    }
    return reached.get();
  }

  /** The phase counts only when it was computed from the spec that was just set. */
  private static boolean isReached(Found<Claw> claw, Phase wanted) {
    var status = claw.object().getStatus();
    return status != null
        && status.phase() == wanted
        && status.observedGeneration() != null
        && status.observedGeneration() >= generation(claw).orElse(Long.MAX_VALUE);
  }

  private static OptionalLong generation(Found<Claw> claw) {
    JsonNode generation = claw.tree().at("/metadata/generation");
    return generation.isIntegralNumber()
        ? OptionalLong.of(generation.longValue())
        : OptionalLong.empty();
  }

  private static String ready(Found<Claw> claw) {
    return Ops.condition(claw.object(), "Ready")
        .map(Condition::message)
        .orElse("the operator has not seen it yet");
  }

  /** What is applied from elsewhere comes back with the next apply. */
  private void warnOfGit(Found<Claw> claw) {
    for (JsonNode owner : claw.tree().at("/metadata/managedFields")) {
      if (owner.path("operation").asText().equals("Apply")
          && owner.path("fieldsV1").path("f:spec").has("f:suspend")) {
        screen.note(
            "warning: "
                + owner.path("manager").asText()
                + " applies spec.suspend too and will set it back; change it there");
      }
    }
  }
}
