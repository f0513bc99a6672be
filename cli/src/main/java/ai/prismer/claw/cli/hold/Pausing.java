package ai.prismer.claw.cli.hold;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Format;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.cli.resource.ClawSession;
import ai.prismer.claw.cli.resource.Found;
import ai.prismer.claw.cli.resource.Kind;
import ai.prismer.claw.cli.resource.Ops;
import ai.prismer.claw.cli.resource.Writing;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Sets or takes away the annotation that makes the operator leave a Claw alone. */
final class Pausing {
  private final GlobalOptions options;
  private final Screen screen;

  Pausing(GlobalOptions options, Screen screen) {
    this.options = options;
    this.screen = screen;
  }

  int set(String name, boolean paused) {
    Format format = options.format(Format.ALL);
    return ClawSession.on(
        options, paused ? "pausing" : "resuming", name, session -> set(session, format, paused));
  }

  private int set(ClawSession session, Format format, boolean paused) {
    Found<Claw> claw = session.claw();
    boolean already = Ops.isPaused(claw) == paused;
    if (!already) {
      ObjectNode patch = Screen.object();
      // A null in a merge patch takes the key away.
      patch.putObject("metadata").putObject("annotations").put(Keys.PAUSED, paused ? "true" : null);
      claw = session.claws().patch(claw, patch);
    }
    if (format == Format.TABLE) {
      screen.result(
          claw.name()
              + (already ? " was " : " is ")
              + (paused
                  ? "paused"
                      + (already
                          ? " already"
                          : ": the agent runs on, the operator and its"
                              + " rules leave it alone until: "
                              + session.command("resume"))
                  : already ? "not paused" : "resumed: what was asked for meanwhile takes effect"));
    } else {
      Writing.one(screen, format, Kind.CLAW, claw);
    }
    return ExitCode.OK;
  }
}
