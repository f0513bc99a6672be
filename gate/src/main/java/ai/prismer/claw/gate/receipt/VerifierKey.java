package ai.prismer.claw.gate.receipt;

import ai.prismer.claw.gate.canonical.Digest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The public half of a {@link SigningKey}: an Ed25519 key (RFC 8032) with a name.
 *
 * <p>Its text form is the one of <a href="https://c2sp.org/signed-note">signed notes</a>, {@code
 * name+hash+base64}, which Go's {@code note.NewVerifier} reads; {@link #pem} is for everything
 * else. Immutable.
 */
public final class VerifierKey {
  private static final Pattern NAME = Pattern.compile("[!-*,-~]{1,128}");

  /** DER of a SubjectPublicKeyInfo for Ed25519 (RFC 8410), up to the 32 bytes of the key. */
  private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private static final int RAW_LENGTH = 32;
  private static final byte ALGORITHM_ED25519 = 1;

  private final String name;
  private final byte[] raw;
  private final PublicKey key;

  /**
   * A key from its 32 bytes.
   *
   * @param name printable ASCII without space and {@code +}, at most 128 characters
   * @param raw the encoded point, RFC 8032
   * @throws IllegalArgumentException if the name or the key is not of that form
   */
  public VerifierKey(String name, byte[] raw) {
    this.name = checkedName(name);
    if (raw.length != RAW_LENGTH) {
      throw new IllegalArgumentException("an Ed25519 public key has 32 bytes");
    }
    this.raw = raw.clone();
    byte[] spki = Arrays.copyOf(SPKI_PREFIX, SPKI_PREFIX.length + RAW_LENGTH);
    System.arraycopy(raw, 0, spki, SPKI_PREFIX.length, RAW_LENGTH);
    try {
      this.key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(spki));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("these 32 bytes are no Ed25519 public key", e);
    }
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException if it is not of that form or its hash does not fit its key
   */
  public static VerifierKey parse(String text) {
    String[] parts = text.strip().split("\\+", 3);
    byte[] typed;
    try {
      typed = parts.length == 3 ? Base64.getDecoder().decode(parts[2]) : new byte[0];
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(expectedForm(), e);
    }
    if (typed.length != RAW_LENGTH + 1 || typed[0] != ALGORITHM_ED25519) {
      throw new IllegalArgumentException(expectedForm());
    }
    VerifierKey key = new VerifierKey(parts[0], Arrays.copyOfRange(typed, 1, typed.length));
    if (!key.hash().equals(parts[1])) {
      throw new IllegalArgumentException(
          "the hash in the verifier key does not fit its name and key; was it copied completely?");
    }
    return key;
  }

  /** The name; by convention the origin of the log. */
  public String name() {
    return name;
  }

  /** The 32 bytes. */
  public byte[] raw() {
    return raw.clone();
  }

  /** Name and hash, which name the key in signed notes. */
  public String id() {
    return name + "+" + hash();
  }

  /** The text form, one line, to be pinned. */
  public String text() {
    return id() + "+" + Base64.getEncoder().encodeToString(typed());
  }

  /** The key as a SubjectPublicKeyInfo in PEM. */
  public String pem() {
    return Pem.write("PUBLIC KEY", key.getEncoded());
  }

  /** Whether this key made the signature. */
  public boolean verifies(byte[] message, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(key);
      verifier.update(message);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      // Thrown for a signature of the wrong length or form; the algorithm itself is always there.
      return false;
    }
  }

  /** The four bytes that name the key in a note. */
  byte[] hashBytes() {
    MessageDigest digest = Digest.sha256();
    digest.update(name.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) '\n');
    return Arrays.copyOf(digest.digest(typed()), 4);
  }

  static String checkedName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "the name of a key or log is 1 to 128 printable ASCII characters without space and +");
    }
    return name;
  }

  /** Eight hexadecimal digits that tell keys of one name apart. */
  public String hash() {
    return HexFormat.of().formatHex(hashBytes());
  }

  private byte[] typed() {
    byte[] typed = new byte[RAW_LENGTH + 1];
    typed[0] = ALGORITHM_ED25519;
    System.arraycopy(raw, 0, typed, 1, RAW_LENGTH);
    return typed;
  }

  private static String expectedForm() {
    return "a verifier key has the form name+hash+base64, all on one line";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VerifierKey that
        && name.equals(that.name)
        && Arrays.equals(raw, that.raw);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + Arrays.hashCode(raw);
  }

  @Override
  public String toString() {
    return text();
  }
}
