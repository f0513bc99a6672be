package ai.prismer.claw.gate.receipt;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An export, read to make proofs from. That the receipts lead to the root of the checkpoint is
 * checked, because a proof would be none otherwise; its signature is not, whoever gets the proof
 * does that.
 *
 * @param note the checkpoint as it was signed
 * @param checkpoint what it says
 * @param tree the receipts up to the checkpoint
 * @param envelope the receipt that was asked for; null if it is not there
 */
public record Export(
    String note, Checkpoint checkpoint, MerkleTree tree, @Nullable String envelope) {

  /**
   * Reads an export.
   *
   * @param export the file; not closed
   * @param index of the receipt whose envelope is wanted; negative for none
   * @throws NotVerifiedException if it is malformed or does not lead to its checkpoint
   * @throws IOException if it cannot be read
   */
  public static Export read(InputStream export, long index)
      throws NotVerifiedException, IOException {
    Lines lines = new Lines(export, ExportHeader.MAX_BYTES);
    ExportHeader header = header(lines);
    MerkleTree tree = new MerkleTree(header.start());
    String wanted = null;
    for (byte[] line = lines.next(); line != null; line = lines.next()) {
      if (tree.size() == index) {
        wanted = new String(line, StandardCharsets.UTF_8);
      }
      tree.append(Envelope.read(line).payload());
    }
    Checkpoint checkpoint = Checkpoint.parse(header.checkpoint());
    if (tree.size() != checkpoint.size() || !tree.root(tree.size()).equals(checkpoint.root())) {
      throw new NotVerifiedException(
          Flaw.ROOT_MISMATCH,
          "its " + tree.size() + " receipts are not those that its checkpoint was signed for");
    }
    return new Export(header.checkpoint(), checkpoint, tree, wanted);
  }

  /**
   * Reads the envelopes of an export, whatever they are.
   *
   * @param export the file; not closed
   * @param each given every line after the header
   * @throws NotVerifiedException if it has no header, or a line is too long
   * @throws IOException if it cannot be read
   */
  public static void envelopes(InputStream export, Consumer<String> each)
      throws NotVerifiedException, IOException {
    Lines lines = new Lines(export, ExportHeader.MAX_BYTES);
    header(lines);
    for (byte[] line = lines.next(); line != null; line = lines.next()) {
      each.accept(new String(line, StandardCharsets.UTF_8));
    }
  }

  private static ExportHeader header(Lines lines) throws NotVerifiedException, IOException {
    byte[] first = lines.next();
    if (first == null) {
      throw new NotVerifiedException(Flaw.MALFORMED, "the file is empty");
    }
    return ExportHeader.read(first);
  }
}
