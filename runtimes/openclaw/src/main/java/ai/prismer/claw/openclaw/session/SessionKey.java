package ai.prismer.claw.openclaw.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Name of a conversation. Always lower case, as OpenClaw has it: two spellings are one
 * conversation.
 *
 * @param value 1 to 512 characters without control characters
 */
public record SessionKey(String value) {
  /** Longest name, as in OpenClaw. */
  public static final int LIMIT = 512;

  /**
   * Lowers the case.
   *
   * @throws IllegalArgumentException when there is nothing, too much, or a control character
   */
  public SessionKey {
    value = value.toLowerCase(Locale.ROOT);
    if (value.isBlank() || value.length() > LIMIT) {
      throw new IllegalArgumentException("sessionKey must have 1 to " + LIMIT + " characters");
    }
    if (value.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("sessionKey must not contain control characters");
    }
  }

  /** Name of its file. A hash, because the key comes from outside and may hold any path. */
  String fileName() {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(value.getBytes(UTF_8));
      return HexFormat.of().formatHex(hash) + SessionStore.SUFFIX;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
