package ai.prismer.claw.gate.receipt;

import ai.prismer.claw.gate.canonical.Digest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What the text forms of both proofs share: lines with a name and a value, hashes in base64, an
 * empty line, and a checkpoint as it was signed.
 */
final class ProofText {
  /** Room for an envelope of the largest size in base64, 64 hashes and a checkpoint. */
  static final int MAX_LENGTH = 128 * 1024;

  private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,15}");
  private static final int MAX_HASHES = 128;

  private ProofText() {}

  static String write(List<String> head, List<Digest> hashes, String checkpoint) {
    StringBuilder text = new StringBuilder();
    head.forEach(line -> text.append(line).append('\n'));
    for (Digest hash : hashes) {
      text.append(Base64.getEncoder().encodeToString(hash.bytes())).append('\n');
    }
    return text.append('\n').append(checkpoint).toString();
  }

  /**
   * A text taken apart.
   *
   * @param lines the lines before the empty one
   * @param checkpoint what comes after it
   */
  record Parts(List<String> lines, String checkpoint) {}

  static Parts split(String text) throws NotVerifiedException {
    if (text.length() > MAX_LENGTH) {
      throw new NotVerifiedException(Flaw.OVERSIZED, "the proof is longer than 128 KiB");
    }
    int end = text.indexOf("\n\n");
    if (end < 0) {
      throw malformed("has no empty line before its checkpoint");
    }
    return new Parts(List.of(text.substring(0, end).split("\n", -1)), text.substring(end + 2));
  }

  static long number(String line, String name) throws NotVerifiedException {
    String prefix = name + " ";
    if (!line.startsWith(prefix) || !NUMBER.matcher(line.substring(prefix.length())).matches()) {
      throw malformed("has no line \"" + name + " NUMBER\" where it belongs");
    }
    return Long.parseLong(line.substring(prefix.length()));
  }

  static List<Digest> hashes(List<String> lines) throws NotVerifiedException {
    if (lines.size() > MAX_HASHES) {
      throw malformed("has more than " + MAX_HASHES + " hashes");
    }
    List<Digest> hashes = new ArrayList<>();
    for (String line : lines) {
      byte[] hash = decode(line);
      if (hash.length != 32) {
        throw malformed("has a hash that is no SHA-256");
      }
      hashes.add(new Digest(HexFormat.of().formatHex(hash)));
    }
    return hashes;
  }

  static byte[] decode(String base64) throws NotVerifiedException {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw malformed("holds text that is not base64");
    }
  }

  static NotVerifiedException malformed(String reason) {
    return new NotVerifiedException(Flaw.MALFORMED, "the proof " + reason);
  }
}
