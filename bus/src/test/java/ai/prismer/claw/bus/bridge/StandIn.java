package ai.prismer.claw.bus.bridge;

import java.io.IOException;

/** A runtime of a few lines: an agent's protocol on real sockets, written apart from its bridge. */
interface StandIn extends AutoCloseable {
  /** A bridge to it. */
  Bridge bridge(Token token) throws IOException;

  /** Refuses so many turns from now on in the way that means "later". */
  void refuse(int times);

  /** How many came with another token than {@code right}. */
  int strangers();

  /** Takes no more connections; those that stand go on, so that who has one notices nothing. */
  void deafen() throws IOException;

  /** Ends as a process that is killed: connections break, turns end, what is on its disk stays. */
  void kill() throws IOException;

  /** Is there again, at the same address. */
  void start() throws IOException;

  @Override
  void close() throws IOException;
}
