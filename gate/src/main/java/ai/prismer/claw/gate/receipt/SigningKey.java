package ai.prismer.claw.gate.receipt;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The operator's Ed25519 key with its name. Immutable, safe for concurrent use; never prints its
 * secret.
 *
 * <p>Kept as PKCS #8 in PEM, as {@code openssl genpkey -algorithm ed25519} writes it. That form
 * holds the secret only, so the public half is derived from it.
 */
public final class SigningKey {
  private static final String LABEL = "PRIVATE KEY";

  /** DER of a PKCS #8 Ed25519 key (RFC 8410), up to the 32 bytes of the secret. */
  private static final byte[] PKCS8_PREFIX =
      HexFormat.of().parseHex("302e020100300506032b657004220420");

  private final PrivateKey secret;
  private final VerifierKey verifier;

  private SigningKey(PrivateKey secret, VerifierKey verifier) {
    this.secret = secret;
    this.verifier = verifier;
  }

  /**
   * Makes a new key.
   *
   * @param name printable ASCII without space and {@code +}; use the origin of the log
   * @param random source of the secret
   */
  public static SigningKey generate(String name, SecureRandom random) {
    byte[] seed = new byte[32];
    random.nextBytes(seed);
    return ofSeed(name, seed);
  }

  /**
   * Reads a key.
   *
   * @param name its name
   * @param pem PKCS #8 in PEM
   * @throws IllegalArgumentException if it is no Ed25519 private key; the message holds nothing of
   *     it
   */
  public static SigningKey ofPem(String name, String pem) {
    byte[] der = Pem.read(LABEL, pem);
    try {
      PrivateKey key =
          KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(der));
      if (key instanceof EdECPrivateKey ed25519) {
        return ofSeed(name, ed25519.getBytes().orElseThrow());
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not an Ed25519 private key", e);
    }
    throw new IllegalArgumentException("not an Ed25519 private key");
  }

  /** The secret as PKCS #8 in PEM. Belongs into a Secret and nowhere else. */
  public String pem() {
    return Pem.write(LABEL, secret.getEncoded());
  }

  /** The public half. */
  public VerifierKey verifier() {
    return verifier;
  }

  /** Signs a message: 64 bytes, RFC 8032. */
  byte[] sign(byte[] message) {
    try {
      Signature signer = Signature.getInstance("Ed25519");
      signer.initSign(secret);
      signer.update(message);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime cannot sign with Ed25519", e);
    }
  }

  /**
   * The key whose secret is this seed.
   *
   * <p>The JDK derives a public key only while it generates a pair, so it is given a source of
   * randomness that yields the seed. That it took exactly these bytes is checked: a provider that
   * draws differently must fail here and not publish a key that verifies nothing.
   */
  static SigningKey ofSeed(String name, byte[] seed) {
    try {
      byte[] der = Arrays.copyOf(PKCS8_PREFIX, PKCS8_PREFIX.length + seed.length);
      System.arraycopy(seed, 0, der, PKCS8_PREFIX.length, seed.length);
      PrivateKey secret =
          KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(der));
      KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
      generator.initialize(NamedParameterSpec.ED25519, new Seed(seed));
      KeyPair pair = generator.generateKeyPair();
      if (!Arrays.equals(pair.getPrivate().getEncoded(), secret.getEncoded())) {
        throw new IllegalStateException("this Java runtime derives Ed25519 keys differently");
      }
      byte[] spki = pair.getPublic().getEncoded();
      byte[] raw = Arrays.copyOfRange(spki, spki.length - 32, spki.length);
      return new SigningKey(secret, new VerifierKey(name, raw));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no Ed25519", e);
    }
  }

  @Override
  public String toString() {
    return "signing key " + verifier.id();
  }

  /** Yields one value. */
  private static final class Seed extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private final byte[] seed;

    Seed(byte[] seed) {
      this.seed = seed;
    }

    @Override
    public void nextBytes(byte[] bytes) {
      if (bytes.length != seed.length) {
        throw new IllegalStateException("asked for " + bytes.length + " bytes of randomness");
      }
      System.arraycopy(seed, 0, bytes, 0, seed.length);
    }
  }
}
