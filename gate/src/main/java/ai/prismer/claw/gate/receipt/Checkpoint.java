package ai.prismer.claw.gate.receipt;

import ai.prismer.claw.gate.canonical.CanonicalJson;
import ai.prismer.claw.gate.canonical.Digest;
import ai.prismer.claw.gate.text.ForeignText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The head of the log: a <a href="https://c2sp.org/tlog-checkpoint">tlog checkpoint</a>, written as
 * a <a href="https://c2sp.org/signed-note">signed note</a>. Whoever keeps one can tell later
 * whether the log they are shown still contains what it contained then.
 *
 * @param origin which log; printable ASCII without space and {@code +}
 * @param size number of receipts
 * @param root Merkle tree hash of all of them
 */
public record Checkpoint(String origin, long size, Digest root) {
  private static final int MAX_LENGTH = 8 * 1024;
  private static final int HASH_LENGTH = 4;
  private static final String SIGNATURE_MARK = "— ";
  private static final Pattern SIZE = Pattern.compile("0|[1-9][0-9]{0,15}");

  /**
   * Checks the origin and the size.
   *
   * @throws IllegalArgumentException if they are out of range
   */
  public Checkpoint {
    VerifierKey.checkedName(origin);
    if (size < 0 || size > CanonicalJson.MAX_INTEGER) {
      throw new IllegalArgumentException("the size of a log is 0 to 2^53 - 1");
    }
  }

  /** The checkpoint of a log that has this frontier. */
  public static Checkpoint of(String origin, Frontier frontier) {
    return new Checkpoint(origin, frontier.size(), frontier.root());
  }

  /** The signed note. */
  public String sign(SigningKey key) {
    byte[] signature = key.sign(body().getBytes(StandardCharsets.UTF_8));
    byte[] line = Arrays.copyOf(key.verifier().hashBytes(), HASH_LENGTH + signature.length);
    System.arraycopy(signature, 0, line, HASH_LENGTH, signature.length);
    return body()
        + "\n"
        + SIGNATURE_MARK
        + key.verifier().name()
        + " "
        + Base64.getEncoder().encodeToString(line)
        + "\n";
  }

  /**
   * Reads a signed note without looking at its signatures.
   *
   * @throws NotVerifiedException if it is not of that form
   */
  public static Checkpoint parse(String note) throws NotVerifiedException {
    return parseBody(split(note)[0]);
  }

  /**
   * Reads a signed note that one of the keys signed.
   *
   * @throws NotVerifiedException if it is malformed or none of the keys signed it
   */
  public static Checkpoint open(String note, Collection<VerifierKey> keys)
      throws NotVerifiedException {
    String[] parts = split(note);
    Checkpoint checkpoint = parseBody(parts[0]);
    byte[] body = parts[0].getBytes(StandardCharsets.UTF_8);
    boolean known = false;
    for (String line : parts[1].split("\n", -1)) {
      if (line.isEmpty()) {
        continue;
      }
      String[] words = line.split(" ", -1);
      if (!line.startsWith(SIGNATURE_MARK) || words.length != 3) {
        throw malformed("a signature line of the checkpoint is not of the form \"— name base64\"");
      }
      byte[] typed = decode(words[2]);
      for (VerifierKey key : keys) {
        if (key.name().equals(words[1]) && startsWith(typed, key.hashBytes())) {
          known = true;
          if (key.verifies(body, Arrays.copyOfRange(typed, HASH_LENGTH, typed.length))) {
            return checkpoint;
          }
        }
      }
    }
    throw known
        ? new NotVerifiedException(
            Flaw.BAD_SIGNATURE, "the checkpoint was changed after it was signed")
        : new NotVerifiedException(
            Flaw.WRONG_KEY,
            "the checkpoint of log "
                + ForeignText.quoted(checkpoint.origin)
                + " is signed by no pinned key");
  }

  /** The text that is signed: origin, size and root, one a line. */
  private String body() {
    return origin + "\n" + size + "\n" + Base64.getEncoder().encodeToString(root.bytes()) + "\n";
  }

  /** Body, with its last newline, and signature lines. */
  private static String[] split(String note) throws NotVerifiedException {
    if (note.length() > MAX_LENGTH) {
      throw new NotVerifiedException(Flaw.OVERSIZED, "the checkpoint is longer than 8 KiB");
    }
    int end = note.lastIndexOf("\n\n");
    if (end < 0 || !note.endsWith("\n") || hasControl(note)) {
      throw malformed("the checkpoint is no signed note: text, an empty line, signatures");
    }
    return new String[] {note.substring(0, end + 1), note.substring(end + 2)};
  }

  private static Checkpoint parseBody(String body) throws NotVerifiedException {
    String[] lines = body.split("\n", -1);
    if (lines.length < 4 || !SIZE.matcher(lines[1]).matches()) {
      throw malformed("the checkpoint does not begin with origin, size and root, one a line");
    }
    byte[] root = decode(lines[2]);
    if (root.length != 32) {
      throw malformed("the checkpoint's root is no SHA-256");
    }
    try {
      return new Checkpoint(
          lines[0], Long.parseLong(lines[1]), new Digest(HexFormat.of().formatHex(root)));
    } catch (IllegalArgumentException e) {
      throw malformed("checkpoint: " + e.getMessage());
    }
  }

  private static byte[] decode(String base64) throws NotVerifiedException {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw malformed("the checkpoint holds text that is not base64");
    }
  }

  private static boolean hasControl(String note) {
    return note.chars().anyMatch(c -> c < 0x20 && c != '\n');
  }

  private static boolean startsWith(byte[] bytes, byte[] prefix) {
    return bytes.length > prefix.length
        && Arrays.equals(Arrays.copyOf(bytes, prefix.length), prefix);
  }

  private static NotVerifiedException malformed(String reason) {
    return new NotVerifiedException(Flaw.MALFORMED, reason);
  }
}
