package ai.prismer.claw.bus;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;

/** A runtime that listens for the bus and speaks frames. */
public final class FrameRuntime implements AutoCloseable {
  private final ServerSocketChannel listener;

  /** Listens at {@code address}. */
  public FrameRuntime(SocketAddress address) throws IOException {
    boolean local = address instanceof UnixDomainSocketAddress;
    listener =
        local ? ServerSocketChannel.open(StandardProtocolFamily.UNIX) : ServerSocketChannel.open();
    listener.bind(address);
  }

  /** Where it listens. */
  public SocketAddress address() throws IOException {
    return listener.getLocalAddress();
  }

  /** The bus's next connection. */
  public Wire accept() throws IOException {
    return new Wire(listener.accept());
  }

  /** Whether it listens. */
  public boolean isOpen() {
    return listener.isOpen();
  }

  /** What a runtime answers. */
  public static String answer(Wire.Frame question, String text) {
    return "{\"id\":\"%s-resp\",\"type\":\"message\",\"channel\":\"%s\",\"correlationId\":\"%s\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"payload\":{\"text\":\"%s\"}}"
        .formatted(
            question.envelope().id(),
            question.envelope().channel(),
            question.envelope().id(),
            text);
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
