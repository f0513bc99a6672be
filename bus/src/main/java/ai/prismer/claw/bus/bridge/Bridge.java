package ai.prismer.claw.bus.bridge;

import ai.prismer.claw.bus.router.Outgoing;

/** The bus's connection to the runtime. Reconnects by itself, for ever. */
public interface Bridge extends AutoCloseable {
  /** Bytes of a piece in which envelopes are handed to the bus. */
  int PART_BYTES = 128 * 1024;

  /**
   * What this runtime can do. Bounds do not change; whether a second send is harmless may be
   * learned from the runtime, and is known at {@link BridgeEvents#up}.
   */
  Capabilities capabilities();

  /** Begins to connect. */
  void start(BridgeEvents events);

  /**
   * Begins to send a turn and returns at once. Only between {@link BridgeEvents#up} and what ends
   * it; one that comes after {@link BridgeEvents#down} is lost like those before.
   */
  void send(Outgoing turn);

  /**
   * Whether the runtime may have seen a turn whose connection is lost. One of which this is false
   * is not sent any more either.
   */
  default boolean mayHaveSent(Outgoing turn) {
    return true;
  }

  /**
   * Ends a turn that is out, whose outcome nobody waits for any more. Called only where {@link
   * Capabilities#abort} says that it has an effect.
   */
  default void abort(Outgoing turn) {}

  /** Ends the connection and every thread; no event follows. */
  @Override
  void close();
}
