package ai.prismer.claw.bus.bridge;

import ai.prismer.claw.bus.router.Outgoing;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The key under which a runtime does a turn once: the same for every attempt, another for every
 * message of every channel, and letters that a header carries (32 hexadecimal digits).
 */
final class IdempotencyKey {
  private IdempotencyKey() {}

  static String of(Outgoing turn) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(TurnThreads.key(turn).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }
}
