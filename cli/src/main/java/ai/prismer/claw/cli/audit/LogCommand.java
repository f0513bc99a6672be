package ai.prismer.claw.cli.audit;

import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.gate.receipt.Export;
import ai.prismer.claw.gate.receipt.NotVerifiedException;
import ai.prismer.claw.gate.receipt.ReceiptSummary;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists receipts for people, from an export or from the cluster. */
@Command(
    name = "log",
    description = {
      "Lists the receipts of an export, or without FILE those of the cluster, oldest first.",
      "They are listed as they are found: whether they are genuine, 'audit verify' says."
    })
final class LogCommand implements Callable<Integer> {
  private static final List<String> COLUMNS =
      List.of("INDEX", "TIME", "CLAW", "DECISION", "ACTION", "RESULT", "BY", "DETAIL");

  private final GlobalOptions options;
  private final Screen screen;
  private final Deque<ReceiptSummary> found = new ArrayDeque<>();

  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      description = "An export (default: the cluster).")
  private @Nullable Path file;

  @Option(
      names = "--claw",
      paramLabel = "NAMESPACE/NAME",
      description = "Only receipts about this Claw.")
  private @Nullable String claw;

  @Option(
      names = "--last",
      paramLabel = "N",
      description = "Only the last N, 1 to 100000 (default: ${DEFAULT-VALUE}).")
  private int last = 50;

  LogCommand(GlobalOptions options, Screen screen) {
    this.options = options;
    this.screen = screen;
  }

  @Override
  public Integer call() {
    boolean json = options.isJson();
    if (last < 1 || last > 100_000) {
      throw CommandException.usage("--last is a number from 1 to 100000");
    }
    if (claw != null && !claw.matches("[^/]+/[^/]+")) {
      throw CommandException.usage("--claw is NAMESPACE/NAME");
    }
    if (file == null) {
      String namespace = options.namespace();
      options
          .cluster()
          .call(
              "reading the receipts of namespace " + namespace,
              client -> {
                new LiveLog(client, namespace)
                    .receipts(receipt -> add(receipt.getSpec().envelope()));
                return ExitCode.OK;
              });
    } else {
      try (InputStream in = Files.newInputStream(file)) {
        Export.envelopes(in, this::add);
      } catch (IOException e) {
        throw SmallFile.unreadable(file, e);
      } catch (NotVerifiedException e) {
        throw CommandException.failed(file + " is no export: " + e.reason());
      }
    }
    if (json) {
      json();
    } else {
      table();
    }
    return ExitCode.OK;
  }

  private void add(String envelope) {
    ReceiptSummary receipt;
    try {
      receipt = ReceiptSummary.of(envelope);
    } catch (NotVerifiedException e) {
      screen.note("warning: a receipt is unreadable and left out: " + e.reason());
      return;
    }
    if (claw == null || receipt.claw().equals(claw)) {
      found.add(receipt);
      if (found.size() > last) {
        found.removeFirst();
      }
    }
  }

  private void json() {
    ObjectNode result = Screen.object();
    ArrayNode list = result.putArray("receipts");
    for (ReceiptSummary each : found) {
      list.addObject()
          .put("index", each.index())
          .put("time", each.time())
          .put("claw", each.claw())
          .put("decision", each.decision())
          .put("action", each.action())
          .put("result", each.result())
          .put("by", each.author())
          .put("rule", each.rule())
          .put("detail", each.detail())
          .put("signed", each.signed());
    }
    screen.result(result);
  }

  private void table() {
    List<List<String>> rows = found.stream().map(LogCommand::row).toList();
    int[] widths =
        IntStream.range(0, COLUMNS.size())
            .map(column ->
                Math.max(
                    COLUMNS.get(column).length(),
                    rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0)))
            .toArray();
    screen.result(line(COLUMNS, widths));
    rows.forEach(row -> screen.result(line(row, widths)));
  }

  private static List<String> row(ReceiptSummary each) {
    return List.of(
        Long.toString(each.index()),
        each.time(),
        orDash(each.claw()),
        each.decision() + (each.signed() ? "" : " (unsigned)"),
        orDash(each.action()),
        orDash(each.result()),
        orDash(each.author()),
        orDash(each.rule().isEmpty() ? each.detail() : each.rule() + " " + each.detail()));
  }

  private static String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      line.append(cells.get(column));
      if (column < widths.length - 1) {
        line.append(" ".repeat(widths[column] - cells.get(column).length() + 2));
      }
    }
    return line.toString().stripTrailing();
  }

  private static String orDash(String text) {
    return text.isBlank() ? "-" : text;
  }
}
