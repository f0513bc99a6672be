package ai.prismer.claw.bench.bus;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * A server that keeps messages and says so once they are on the disk, in its own words. What {@link
 * Load} does to one it does to all.
 */
interface Store extends AutoCloseable {
  /** Bytes of one message as each server is given it. */
  int MESSAGE_BYTES = 1024;

  /** A connection over which requests may be sent; blocking, with nothing of the opening unread. */
  SocketChannel connect(int connection) throws IOException;

  /** Appends the request to keep message {@code number}. */
  void request(ByteBuffer target, int connection, long number);

  /**
   * Takes the whole answers from {@code received} and leaves what is behind them.
   *
   * @return how many messages are kept now that were not before
   * @throws IOException when one was refused
   */
  int answers(ByteBuffer received) throws IOException;

  @Override
  void close() throws IOException;
}
