package ai.prismer.claw.cli.audit;

import ai.prismer.claw.api.ops.ReceiptSpec;
import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.gate.receipt.Checkpoint;
import ai.prismer.claw.gate.receipt.ExportHeader;
import ai.prismer.claw.gate.receipt.Frontier;
import ai.prismer.claw.gate.receipt.NotVerifiedException;
import ai.prismer.claw.gate.text.ForeignText;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
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
    Frontier start;
    Checkpoint checkpoint;
    try {
      checkpoint = Checkpoint.parse(note);
      start = log.pruned();
    } catch (NotVerifiedException e) {
      throw CommandException.failed("the checkpoint of the cluster is unreadable: " + e.reason());
    } catch (IllegalArgumentException e) {
      throw CommandException.failed("the mark of the pruning is unreadable: " + e.getMessage());
    }
    ToLongFunction<Consumer<String>> work =
        sink -> new Writing(note, start, checkpoint.size(), sink).all(log);
    long written = file == null ? work.applyAsLong(screen::result) : toFile(Path.of(file), work);
    long expected = checkpoint.size() - start.size();
    if (written != expected) {
      screen.note(
          "warning: the checkpoint covers %d receipts, the cluster has %d of them"
              .formatted(expected, written));
      return ExitCode.FAILED;
    }
    screen.note("exported " + written + " receipts of log " + checkpoint.origin());
    return ExitCode.OK;
  }

  /** The lines of one export, in their order. */
  private static final class Writing {
    private final String note;
    private final Frontier start;
    private final long size;
    private final Consumer<String> sink;
    private final List<String> rotations = new ArrayList<>();
    private boolean begun;
    private long written;

    Writing(String note, Frontier start, long size, Consumer<String> sink) {
      this.note = note;
      this.start = start;
      this.size = size;
      this.sink = sink;
    }

    long all(LiveLog log) {
      log.receipts(receipt -> add(receipt.getSpec()));
      begin();
      return written;
    }

    /** Of what lies before the mark, only rotations of the key are still needed. */
    private void add(ReceiptSpec spec) {
      // An envelope is ASCII on one line. If somebody put another text there, it must neither
      // break the lines of the file nor reach a terminal; the verifier refuses it either way.
      String envelope = ForeignText.line(spec.envelope());
      if (spec.index() < start.size()) {
        if (spec.decision().equals("Rotation")) {
          rotations.add(envelope);
        }
      } else if (spec.index() < size) {
        begin();
        sink.accept(envelope);
        written++;
      }
    }

    private void begin() {
      if (!begun) {
        begun = true;
        try {
          sink.accept(ExportHeader.of(note, start, rotations).json());
        } catch (NotVerifiedException e) {
          throw CommandException.failed("the checkpoint is unreadable: " + e.reason());
        }
      }
    }
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
