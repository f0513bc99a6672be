package ai.prismer.claw.gate.receipt;

import ai.prismer.claw.gate.canonical.CanonicalJson;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * First line of an export. The lines after it are the envelopes, one a line, in the order of their
 * index.
 *
 * @param origin which log
 * @param checkpoint its head, a signed note
 */
public record ExportHeader(String origin, String checkpoint) {
  /** Name and version of the format. */
  public static final String FORMAT = "k8s4claw-receipts/v1";

  /** The header of an export up to this checkpoint. */
  public static ExportHeader of(String checkpoint) throws NotVerifiedException {
    return new ExportHeader(Checkpoint.parse(checkpoint).origin(), checkpoint);
  }

  /** The header as one line of JSON, without its end. */
  public String json() {
    ObjectNode json = CanonicalJson.object();
    json.put("format", FORMAT);
    json.put("origin", origin);
    json.put("checkpoint", checkpoint);
    return new String(CanonicalJson.write(json), StandardCharsets.UTF_8);
  }

  /**
   * Reads a header.
   *
   * @throws NotVerifiedException if it is none of this format
   */
  static ExportHeader read(byte[] line) throws NotVerifiedException {
    ObjectNode json;
    try {
      json = CanonicalJson.read(line);
    } catch (IOException e) {
      throw new NotVerifiedException(Flaw.MALFORMED, "the first line is no header of an export");
    }
    if (!FORMAT.equals(json.path("format").textValue())) {
      throw new NotVerifiedException(
          Flaw.MALFORMED, "the file is no export of the format " + FORMAT);
    }
    String origin = json.path("origin").textValue();
    String checkpoint = json.path("checkpoint").textValue();
    if (origin == null || checkpoint == null) {
      throw new NotVerifiedException(Flaw.MALFORMED, "the header has no origin or no checkpoint");
    }
    return new ExportHeader(origin, checkpoint);
  }
}
