package ai.prismer.claw.channel;

import org.jspecify.annotations.Nullable;

/**
 * What a channel is told, one thing at a time, by the threads that talk to the bus: whatever takes
 * time is done elsewhere, or nothing else arrives meanwhile.
 */
public interface ChannelListener {
  /**
   * A message for the channel. It comes again, later or to another process, until it was
   * {@linkplain Receipt#done answered for}; its id tells.
   */
  void message(Message message, Receipt receipt);

  /**
   * A piece of an answer that is being made, as the {@link StreamStrategy} says. The message that
   * answers the question has the whole of it, and is all that counts.
   *
   * @param question id of the message that is being answered
   * @param offset characters of the answer before this piece; 0 again when the answer is made anew
   */
  default void delta(String question, int offset, String text) {}

  /**
   * The bus is there and has registered the channel.
   *
   * @param lastAccepted id of the message that the bus accepted last from this channel, in this
   *     life of the sidecar or an earlier one; null if it knows of none
   */
  default void connected(@Nullable String lastAccepted) {}

  /** The bus is away; the client tries again by itself. */
  default void disconnected(String reason) {}
}
