package ai.prismer.claw.openclaw.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * The token every client must present. Read anew each time: the kubelet replaces the file when the
 * Secret changes, and a rotated token must count without a restart.
 */
public final class TokenFile {
  private static final int LIMIT = 4096;

  private final Path file;

  /** Reads nothing yet. */
  public TokenFile(Path file) {
    this.file = file;
  }

  /** Whether there is a token at all. Without one nobody is let in. */
  public boolean isPresent() {
    return read().isPresent();
  }

  /**
   * Compares in constant time. Both sides are hashed first, so that not even the length of the
   * token shows in the time it takes.
   */
  public boolean matches(String presented) {
    Optional<String> token = read();
    return token.isPresent() && MessageDigest.isEqual(hash(token.get()), hash(presented));
  }

  private Optional<String> read() {
    try (InputStream in = Files.newInputStream(file)) {
      String token = new String(in.readNBytes(LIMIT), UTF_8).strip();
      return token.isEmpty() ? Optional.empty() : Optional.of(token);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static byte[] hash(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
