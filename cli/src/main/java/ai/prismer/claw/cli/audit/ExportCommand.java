package ai.prismer.claw.cli.audit;

import ai.prismer.claw.api.ops.ReceiptSpec;
import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.gate.receipt.Checkpoint;
import ai.prismer.claw.gate.receipt.ExportHeader;
import ai.prismer.claw.gate.receipt.NotVerifiedException;
import ai.prismer.claw.gate.text.ForeignText;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** Writes the whole log into one file, for verification elsewhere and later. */
@Command(
    name = "export",
    description = {
      "Writes the receipt log of a cluster, up to its checkpoint, as JSON lines.",
      "It is written as it is found: whether it is genuine, 'audit verify' says."
    })
final class ExportCommand implements Callable<Integer> {
  private final GlobalOptions options;
  private final Screen screen;

  ExportCommand(GlobalOptions options, Screen screen) {
    this.options = options;
    this.screen = screen;
  }

  @Override
  public Integer call() {
    String namespace = options.namespace();
    String file = options.outputFile();
    if ("json".equals(file) || "table".equals(file)) {
      throw CommandException.usage(
          "an export is always JSON lines; -o names the file to write, such as receipts.jsonl");
    }
    return options
        .cluster()
        .call(
            "reading the receipts of namespace " + namespace,
            client -> export(new LiveLog(client, namespace), file));
  }

  private int export(LiveLog log, @Nullable String file) {
    // First the head, then the receipts: what is appended meanwhile lies beyond it and is left out.
    String note = log.checkpoint();
    Checkpoint checkpoint;
    ExportHeader header;
    try {
      checkpoint = Checkpoint.parse(note);
      header = ExportHeader.of(note);
    } catch (NotVerifiedException e) {
      throw CommandException.failed("the checkpoint of the cluster is unreadable: " + e.reason());
    }
    long written =
        file == null
            ? write(log, header, checkpoint, screen::result)
            : toFile(Path.of(file), sink -> write(log, header, checkpoint, sink));
    if (written != checkpoint.size()) {
      screen.note(
          "warning: the checkpoint covers %d receipts, the cluster has %d of them"
              .formatted(checkpoint.size(), written));
      return ExitCode.FAILED;
    }
    screen.note("exported " + written + " receipts of log " + checkpoint.origin());
    return ExitCode.OK;
  }

  private static long write(
      LiveLog log, ExportHeader header, Checkpoint checkpoint, Consumer<String> sink) {
    LongAdder written = new LongAdder();
    sink.accept(header.json());
    log.receipts(receipt -> {
      ReceiptSpec spec = receipt.getSpec();
      if (spec.index() < checkpoint.size()) {
        // An envelope is ASCII on one line. If somebody put another text there, it must neither
        // break the lines of the file nor reach a terminal; the verifier refuses it either way.
        sink.accept(ForeignText.line(spec.envelope()));
        written.increment();
      }
    });
    return written.sum();
  }

  /** Under another name first: an interrupted export must not pass for a whole one. */
  private static long toFile(Path file, ToLongFunction<Consumer<String>> work) {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      long written;
      try (BufferedWriter out = Files.newBufferedWriter(part)) {
        written = work.applyAsLong(line -> append(out, line));
      } catch (UncheckedIOException | IOException | CommandException e) {
        Files.deleteIfExists(part);
        throw e;
      }
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
      return written;
    } catch (IOException | UncheckedIOException e) {
      throw CommandException.failed("cannot write " + file + ": " + e.getMessage());
    }
  }

  private static void append(BufferedWriter out, String line) {
    try {
      out.write(line);
      out.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
