package ai.prismer.claw.bus.bridge;

import ai.prismer.claw.bus.router.Outgoing;
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

  /** Of a message's conversation. Its thread, or without one its user, tells them apart. */
  public static String of(Outgoing outgoing) {
    Map<String, String> address = outgoing.address();
    String thread = address.getOrDefault("thread", "");
    return of(
        outgoing.lane().channel(), thread.isEmpty() ? address.getOrDefault("user", "") : thread);
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
}
