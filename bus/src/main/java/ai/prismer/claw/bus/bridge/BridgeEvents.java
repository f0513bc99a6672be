package ai.prismer.claw.bus.bridge;

import ai.prismer.claw.bus.router.Outgoing;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** What a bridge tells of its runtime. Any thread may call. */
public interface BridgeEvents {
  /** The runtime can be talked to. */
  void up();

  /** It cannot, and every turn without an outcome has lost its connection. */
  void down(String reason);

  /**
   * It cannot, and no turn is to be begun. Those that are out have connections of their own: each
   * goes on, and its end is told by itself.
   */
  void away();

  /**
   * A piece of an envelope that the runtime sent, at most {@link Bridge#PART_BYTES}; all pieces of
   * one but the last have exactly that length.
   *
   * @param bytes not to be changed afterwards
   * @return done when the next piece may come
   */
  CompletableFuture<Void> frame(ByteBuffer bytes, boolean first, boolean last);

  /** The runtime says that it has the message, and answers in its own time. */
  void acknowledged(Outgoing turn);

  /** A piece of an answer that is being made. */
  void delta(Outgoing turn, String text);

  /** The turn's answer. */
  void answered(Outgoing turn, String text);

  /** The runtime worked on the turn and ended it with an error, which the person is told. */
  void erred(Outgoing turn, String reason);

  /**
   * The turn failed, and the runtime said so or never saw it.
   *
   * @param retryable whether another attempt could end differently
   */
  void failed(Outgoing turn, String reason, boolean retryable);

  /**
   * The runtime let itself not be connected to: nothing of the turn was sent. It is put back, costs
   * no attempt, and is sent again after a while.
   */
  void unreached(Outgoing turn);

  /** Nobody knows whether the turn had an effect. */
  void unknown(Outgoing turn, String reason);
}
