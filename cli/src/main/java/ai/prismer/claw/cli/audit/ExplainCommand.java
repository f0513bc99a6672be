package ai.prismer.claw.cli.audit;

import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.gate.receipt.NotVerifiedException;
import ai.prismer.claw.gate.receipt.OriginalReceipt;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Explains receipts of the Go original. */
@Command(
    name = "explain",
    description = {
      "Explains receipts of the operator that was written in Go.",
      "They stand in status.signetReceipt of its escalations; it takes a receipt by itself, an"
          + " escalation, or a list of them, as JSON. They cannot be verified: the key was never"
          + " published. What they say is told, not believed."
    },
    footer = {
      "",
      "Save them before you replace the resource definitions:",
      "  kubectl get clawopsescalations -A -o json > old.json",
      "  kubectl claw audit explain old.json"
    })
final class ExplainCommand implements Callable<Integer> {
  private static final String STANDARD_INPUT = "-";

  private final GlobalOptions options;
  private final Screen screen;

  @Parameters(paramLabel = "FILE", description = "The file; - for standard input.")
  private String file = "";

  ExplainCommand(GlobalOptions options, Screen screen) {
    this.options = options;
    this.screen = screen;
  }

  @Override
  public Integer call() {
    boolean json = options.isJson();
    List<OriginalReceipt> receipts;
    try {
      receipts = OriginalReceipt.read(bytes());
    } catch (NotVerifiedException unreadable) {
      throw CommandException.failed(
          file + " cannot be explained: " + unreadable.reason(),
          "'kubectl claw audit verify' is for receipts of this operator");
    }
    if (json) {
      ObjectNode result = Screen.object().put("result", "not-verifiable");
      ArrayNode list = result.putArray("receipts");
      receipts.forEach(receipt -> tell(receipt, list.addObject()));
      screen.result(result);
    } else {
      receipts.forEach(this::tell);
      screen.result(
          receipts.size()
              + (receipts.size() == 1 ? " receipt" : " receipts")
              + " of the original, NOT VERIFIABLE: no key for them was ever published");
    }
    return ExitCode.OK;
  }

  private void tell(OriginalReceipt receipt) {
    screen.result(
        receipt.time()
            + " "
            + receipt.key()
            + " had "
            + receipt.tool()
            + " "
            + receipt.params()
            + " done to "
            + receipt.target()
            + " ("
            + receipt.id()
            + ")");
    screen.result("  not verifiable: " + receipt.signature().words());
  }

  private static void tell(OriginalReceipt receipt, ObjectNode json) {
    json.put("id", receipt.id())
        .put("key", receipt.key())
        .put("tool", receipt.tool())
        .put("params", receipt.params())
        .put("target", receipt.target())
        .put("time", receipt.time())
        .put("verifiable", false)
        .put("signature", receipt.signature().name().toLowerCase(Locale.ROOT))
        .put("reason", receipt.signature().words());
  }

  private byte[] bytes() {
    Path path = Path.of(file);
    try (InputStream in = file.equals(STANDARD_INPUT) ? System.in : Files.newInputStream(path)) {
      return in.readNBytes(OriginalReceipt.MAX_BYTES);
    } catch (IOException e) {
      throw SmallFile.unreadable(path, e);
    }
  }
}
