package ai.prismer.claw.cli.ops;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.cli.resource.ClawSession;
import ai.prismer.claw.cli.resource.Found;
import ai.prismer.claw.cli.resource.Ops;
import ai.prismer.claw.cli.resource.Waiting;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;

/**
 * A request to the operator by an annotation: who asks stands in the value, the operator answers by
 * taking it away. The change is the operator's and has a receipt; the person only asks.
 */
final class Asking {
  private final ClawSession session;
  private final Screen screen;
  private final String annotation;

  Asking(ClawSession session, Screen screen, String annotation) {
    this.session = session;
    this.screen = screen;
    this.annotation = annotation;
  }

  /**
   * Sets the annotation and waits until it is gone.
   *
   * @param timeout how long; zero does not wait
   * @return the Claw afterwards; empty if the answer was not waited for
   * @throws CommandException if somebody else's request is pending, or no answer came in time
   */
  Optional<Found<Claw>> ask(String value, Duration timeout) {
    String pending = session.claw().annotation(annotation);
    if (pending != null && !pending.equals(value)) {
      throw CommandException.failed(
          "a request is pending already: " + annotation + "=" + pending, hindrance(session.claw()));
    }
    if (pending == null) {
      ObjectNode patch = Screen.object();
      patch.putObject("metadata").putObject("annotations").put(annotation, value);
      session.claws().patch(session.claw(), patch);
    }
    if (!timeout.isPositive()) {
      return Optional.empty();
    }
    Optional<Found<Claw>> answered =
        new Waiting(screen, timeout)
            .until(
                session::look,
                claw -> claw.annotation(annotation) == null,
                claw -> "the operator has not answered; " + hindrance(claw));
    if (answered.isEmpty()) {
      throw CommandException.failed(
          "asked, but the operator has not answered within "
              + timeout.toSeconds()
              + "s; the request stays where it is",
          hindrance(session.look()));
    }
    return answered;
  }

  /** What keeps the operator from answering, and what to do about it. */
  private static String hindrance(Found<Claw> claw) {
    if (Ops.isPaused(claw)) {
      return "it is paused: " + ClawSession.command("resume", claw);
    }
    var confinement = Ops.condition(claw.object(), "ConfinementEnforced");
    if (confinement.isPresent() && !confinement.get().status().equals("True")) {
      return "who asks cannot be believed while confinement is not proven: "
          + confinement.get().message();
    }
    if (Ops.of(claw.object()).inFlight() != null) {
      return "an action is in flight and is ended first: " + ClawSession.command("ops", claw);
    }
    return "see whether the operator runs: kubectl get pods -n " + GlobalOptions.DEFAULT_NAMESPACE;
  }
}
