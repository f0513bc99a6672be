package ai.prismer.claw.cli.ops;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Format;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.cli.resource.ClawSession;
import ai.prismer.claw.cli.resource.Found;
import ai.prismer.claw.cli.resource.Kind;
import ai.prismer.claw.cli.resource.Ops;
import ai.prismer.claw.cli.resource.Person;
import ai.prismer.claw.cli.resource.Writing;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lets self-healing go on. */
@Command(
    name = "thaw",
    description = {
      "Lets self-healing of an agent go on after three actions that did not help stopped it.",
      "The request is recorded under your user name; the operator carries it out and signs a",
      "receipt."
    })
public final class ThawCommand implements Callable<Integer> {
  /** The values of {@code -o}. */
  public static final List<Format> FORMATS = Format.ALL;

  @Mixin private final AskingOptions asked = new AskingOptions();

  private final GlobalOptions options;
  private final Screen screen;

  /** The verb. */
  public ThawCommand(GlobalOptions options, Screen screen) {
    this.options = options;
    this.screen = screen;
  }

  @Override
  public Integer call() {
    Format format = options.format(FORMATS);
    return ClawSession.on(options, "thawing", asked.name(), session -> thaw(session, format));
  }

  private int thaw(ClawSession session, Format format) {
    if (!Ops.isFrozen(session.claw().object())) {
      return say(
          session.claw(), format, "self-healing of " + session.claw().name() + " has not stopped");
    }
    Optional<Found<Claw>> after =
        new Asking(session, screen, Keys.THAW).ask(Person.name(session.client()), asked.timeout());
    if (after.isEmpty()) {
      return say(
          session.look(),
          format,
          "asked to go on; " + session.command("ops") + " shows the answer");
    }
    if (Ops.isFrozen(after.get().object())) {
      throw CommandException.failed(
          "the operator has answered, but self-healing is still stopped",
          session.command("events") + " says why");
    }
    return say(after.get(), format, "self-healing of " + session.claw().name() + " goes on");
  }

  private int say(Found<Claw> claw, Format format, String sentence) {
    if (format == Format.TABLE) {
      screen.result(sentence);
    } else {
      Writing.one(screen, format, Kind.CLAW, claw);
    }
    return ExitCode.OK;
  }
}
