package ai.prismer.claw.gate.receipt;

import ai.prismer.claw.gate.canonical.CanonicalJson;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * First line of an export. The lines after it are the envelopes, one a line, in the order of their
 * index.
 *
 * @param origin which log
 * @param checkpoint its head, a signed note
 * @param start the log before the first receipt of the export; empty unless receipts were pruned
 * @param rotations envelopes of the rotations of the signing key that lie before the start
 */
public record ExportHeader(
    String origin, String checkpoint, Frontier start, List<String> rotations) {
  /** The most bytes of a header, and of every other line. */
  static final int MAX_BYTES = Envelope.MAX_BYTES;

  /** Name and version of the format. */
  public static final String FORMAT = "k8s4claw-receipts/v1";

  /** Copies the list. */
  public ExportHeader {
    rotations = List.copyOf(rotations);
  }

  /** The header of an export of all receipts up to this checkpoint. */
  public static ExportHeader of(String checkpoint) throws NotVerifiedException {
    return of(checkpoint, Frontier.EMPTY, List.of());
  }

  /** The header of an export from here up to this checkpoint. */
  public static ExportHeader of(String checkpoint, Frontier start, List<String> rotations)
      throws NotVerifiedException {
    return new ExportHeader(Checkpoint.parse(checkpoint).origin(), checkpoint, start, rotations);
  }

  /** The header as one line of JSON, without its end. */
  public String json() {
    ObjectNode json = CanonicalJson.object();
    json.put("format", FORMAT);
    json.put("origin", origin);
    json.put("checkpoint", checkpoint);
    if (start.size() > 0) {
      json.set("start", start.toJson());
      var list = json.putArray("rotations");
      rotations.forEach(list::add);
    }
    return new String(CanonicalJson.write(json), StandardCharsets.UTF_8);
  }

  /**
   * Reads a header.
   *
   * @throws NotVerifiedException if it is none of this format
   */
  public static ExportHeader read(byte[] line) throws NotVerifiedException {
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
    Frontier start = Frontier.EMPTY;
    try {
      start = json.has("start") ? Frontier.read(json.path("start")) : start;
    } catch (IllegalArgumentException unreadable) {
      throw new NotVerifiedException(Flaw.MALFORMED, "the header's start is no frontier");
    }
    List<String> rotations = new ArrayList<>();
    json.path("rotations").forEach(rotation -> rotations.add(rotation.asText()));
    return new ExportHeader(origin, checkpoint, start, rotations);
  }
}
