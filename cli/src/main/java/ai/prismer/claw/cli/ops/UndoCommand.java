package ai.prismer.claw.cli.ops;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.status.Adjustment;
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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Takes an adjustment away. */
@Command(
    name = "undo",
    description = {
      "Takes back what self-healing raised: the agent goes back to what its spec says.",
      "The request is recorded under your user name; the operator carries it out and signs a",
      "receipt. An action in flight is ended first."
    })
public final class UndoCommand implements Callable<Integer> {
  /** The values of {@code -o}. */
  public static final List<Format> FORMATS = Format.ALL;

  @Mixin private final AskingOptions asked = new AskingOptions();

  @Option(
      names = "--adjustment",
      paramLabel = "FIELD",
      description = "memory, cpu or replicas; needed where more than one is adjusted.")
  private @Nullable String field;

  private final GlobalOptions options;
  private final Screen screen;

  /** The verb. */
  public UndoCommand(GlobalOptions options, Screen screen) {
    this.options = options;
    this.screen = screen;
  }

  @Override
  public Integer call() {
    Format format = options.format(FORMATS);
    return ClawSession.on(
        options, "undoing an adjustment of", asked.name(), session -> undo(session, format));
  }

  private int undo(ClawSession session, Format format) {
    String chosen = chosen(session.claw());
    String value = Person.name(session.client()) + "#" + chosen;
    Optional<Found<Claw>> after =
        new Asking(session, screen, Keys.UNDO).ask(value, asked.timeout());
    if (after.isPresent() && values(after.get().object(), chosen).isPresent()) {
      throw CommandException.failed(
          "the operator has answered, but " + chosen + " is still adjusted",
          ClawSession.command("events", session.claw()) + " says why");
    }
    if (format != Format.TABLE) {
      Writing.one(screen, format, Kind.CLAW, after.orElseGet(session::look));
    } else if (after.isPresent()) {
      screen.result(
          chosen
              + "="
              + values(session.claw().object(), chosen).orElse("")
              + " is taken away from "
              + session.claw().name());
    } else {
      screen.result(
          "asked to take away " + chosen + "; " + session.command("ops") + " shows the answer");
    }
    return ExitCode.OK;
  }

  private String chosen(Found<Claw> claw) {
    List<String> fields =
        Ops.adjustments(claw.object()).stream().map(Adjustment::field).distinct().toList();
    if (field != null) {
      if (!fields.contains(field)) {
        throw CommandException.failed(
            claw.name() + " has no adjustment of " + field + "; it has " + shown(fields));
      }
      return field;
    }
    if (fields.isEmpty()) {
      throw CommandException.failed(claw.name() + " has no adjustment: there is nothing to undo");
    }
    if (fields.size() > 1) {
      throw CommandException.usage(
          claw.name() + " has several adjustments; choose one with --adjustment: " + shown(fields));
    }
    return fields.getFirst();
  }

  private static String shown(List<String> fields) {
    return fields.isEmpty() ? "none" : String.join(", ", fields);
  }

  private static Optional<String> values(Claw claw, String field) {
    String values =
        Ops.adjustments(claw).stream()
            .filter(adjustment -> adjustment.field().equals(field))
            .map(Adjustment::value)
            .collect(Collectors.joining(", "));
    return Optional.of(values).filter(text -> !text.isEmpty());
  }
}
