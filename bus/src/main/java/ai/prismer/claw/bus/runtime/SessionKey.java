package ai.prismer.claw.bus.runtime;

import ai.prismer.claw.bus.framing.PayloadReader;
import ai.prismer.claw.bus.router.Outgoing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * The name under which a runtime keeps a conversation: the same for the same channel and thread,
 * lower-case (runtimes give it back so), and without anything a person wrote in it.
 */
public final class SessionKey {
  private SessionKey() {}

  /** Of a message for {@code channel}. Its thread, or without one its user, tells them apart. */
  public static String of(String channel, Outgoing outgoing) {
    Map<String, String> payload = payload(outgoing);
    String peer = payload.getOrDefault("thread", "");
    return of(channel, peer.isEmpty() ? payload.getOrDefault("user", "") : peer);
  }

  static String of(String channel, String peer) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(channel.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      byte[] hash = digest.digest(peer.getBytes(StandardCharsets.UTF_8));
      return "agent:main:k8s:" + channel + ":" + HexFormat.of().formatHex(hash, 0, 12);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }

  /** The plain values of a message's payload; none of a message in parts, which would block. */
  static Map<String, String> payload(Outgoing outgoing) {
    if (!(outgoing.body() instanceof Outgoing.Whole whole)) {
      return Map.of();
    }
    try (InputStream frame = whole.open()) {
      return PayloadReader.read(frame);
    } catch (IOException unreadable) {
      return Map.of();
    }
  }
}
