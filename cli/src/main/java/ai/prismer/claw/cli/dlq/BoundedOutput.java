package ai.prismer.claw.cli.dlq;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;

/**
 * What a container prints, up to a bound. The rest is dropped and told of instead of kept: who is
 * in the container may print for ever. Written by the client's threads, read by the command's.
 */
final class BoundedOutput extends OutputStream {
  private final int limit;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private final CompletableFuture<Boolean> exceeded = new CompletableFuture<>();

  BoundedOutput(int limit) {
    this.limit = limit;
  }

  @Override
  public void write(int value) {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) {
    int room = limit - kept.size();
    kept.write(bytes, offset, Math.min(length, room));
    if (length > room) {
      exceeded.complete(true);
    }
  }

  /** Done when there was more than is kept; never, when there was not. */
  CompletableFuture<Boolean> exceeded() {
    return exceeded;
  }

  synchronized byte[] bytes() {
    return kept.toByteArray();
  }
}
