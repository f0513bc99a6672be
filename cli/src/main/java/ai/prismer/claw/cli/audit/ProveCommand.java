package ai.prismer.claw.cli.audit;

import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.gate.canonical.Digest;
import ai.prismer.claw.gate.receipt.Checkpoint;
import ai.prismer.claw.gate.receipt.ConsistencyProof;
import ai.prismer.claw.gate.receipt.Export;
import ai.prismer.claw.gate.receipt.InclusionProof;
import ai.prismer.claw.gate.receipt.MerkleTree;
import ai.prismer.claw.gate.receipt.NotVerifiedException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a proof about an export, short enough to be handed on by itself. */
@Command(
    name = "prove",
    description = {
      "Proves from an exported log, offline, that it contains one receipt (--index), or that it"
          + " still begins with what it was at an earlier size (--from).",
      "Whoever gets the proof verifies it with 'audit verify' and needs neither the log nor you."
    })
final class ProveCommand implements Callable<Integer> {
  private static final long NONE = -1;

  private final GlobalOptions options;
  private final Screen screen;

  @Parameters(paramLabel = "FILE", description = "The export.")
  private @Nullable Path file;

  @Option(
      names = "--index",
      paramLabel = "I",
      description = "Prove that the log contains the receipt at this index.")
  private long index = NONE;

  @Option(
      names = "--from",
      paramLabel = "M",
      description = "Prove that the log still begins with its first M receipts.")
  private long from = NONE;

  @Option(
      names = "--to",
      paramLabel = "N",
      description =
          "With --from and -o json: the later size (default: that of the checkpoint, the only one"
              + " that is signed).")
  private long to = NONE;

  ProveCommand(GlobalOptions options, Screen screen) {
    this.options = options;
    this.screen = screen;
  }

  @Override
  public Integer call() {
    boolean json = options.isJson();
    if ((index == NONE) == (from == NONE)) {
      throw CommandException.usage("give either --index or --from");
    }
    if (to != NONE && (from == NONE || !json)) {
      throw CommandException.usage("--to belongs to --from with -o json");
    }
    Path export = Objects.requireNonNull(file);
    try (InputStream in = Files.newInputStream(export)) {
      Export read = Export.read(in, index);
      if (index == NONE) {
        consistency(read, json);
      } else {
        inclusion(read, json);
      }
      return ExitCode.OK;
    } catch (IOException e) {
      throw SmallFile.unreadable(export, e);
    } catch (NotVerifiedException e) {
      throw CommandException.failed("nothing can be proven from " + export + ": " + e.reason());
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }

  private void inclusion(Export export, boolean json) {
    Checkpoint head = export.checkpoint();
    List<Digest> siblings = export.tree().inclusion(index, head.size());
    if (json) {
      ObjectNode result =
          Screen.object()
              .put("origin", head.origin())
              .put("index", index)
              .put("size", head.size())
              .put("root", head.root().hex());
      add(result, siblings);
      screen.result(result);
    } else {
      String envelope = Objects.requireNonNull(export.envelope());
      print(new InclusionProof(envelope, index, siblings, export.note()).text());
    }
  }

  private void consistency(Export export, boolean json) {
    Checkpoint head = export.checkpoint();
    MerkleTree tree = export.tree();
    long later = to == NONE ? head.size() : to;
    List<Digest> hashes = tree.consistency(from, later);
    if (json) {
      ObjectNode result =
          Screen.object()
              .put("origin", head.origin())
              .put("from", from)
              .put("fromRoot", tree.root(from).hex())
              .put("to", later)
              .put("toRoot", tree.root(later).hex());
      add(result, hashes);
      screen.result(result);
    } else {
      print(new ConsistencyProof(from, hashes, export.note()).text());
    }
  }

  private static void add(ObjectNode result, List<Digest> hashes) {
    ArrayNode list = result.putArray("hashes");
    hashes.forEach(hash -> list.add(hash.hex()));
  }

  private void print(String proof) {
    proof.lines().forEach(screen::result);
  }
}
