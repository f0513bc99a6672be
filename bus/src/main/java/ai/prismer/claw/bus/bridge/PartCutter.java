package ai.prismer.claw.bus.bridge;

import ai.prismer.claw.contract.BusProtocol;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * Cuts an envelope that arrives as text, in pieces of any length, into the parts that the bus
 * takes. One longer than a frame may be is dropped when that is noticed.
 */
final class PartCutter {
  private final BridgeEvents events;
  private ByteBuffer part = ByteBuffer.allocate(4096);
  private boolean first = true;
  private long total;

  PartCutter(BridgeEvents events) {
    this.events = events;
  }

  /**
   * Adds bytes.
   *
   * @return done when more may come
   */
  CompletableFuture<Void> add(ByteBuffer bytes, boolean last) {
    total += bytes.remaining();
    if (total > BusProtocol.MAX_FRAME_BYTES) {
      // The bus hears the end of nothing valid, and forgets the parts that it has.
      if (last) {
        boolean opened = !first;
        reset();
        return opened ? events.frame(ByteBuffer.allocate(1), false, true) : done();
      }
      return done();
    }
    CompletableFuture<Void> taken = done();
    while (bytes.hasRemaining()) {
      room(Math.min(Bridge.PART_BYTES, part.position() + bytes.remaining()));
      int step = Math.min(bytes.remaining(), Bridge.PART_BYTES - part.position());
      part.put(bytes.slice(bytes.position(), step));
      bytes.position(bytes.position() + step);
      if (part.position() == Bridge.PART_BYTES && (bytes.hasRemaining() || !last)) {
        taken = emit(taken, false);
      }
    }
    if (last) {
      taken = emit(taken, true);
      reset();
    }
    return taken;
  }

  private CompletableFuture<Void> emit(CompletableFuture<Void> before, boolean last) {
    ByteBuffer full = part.flip();
    boolean opening = first;
    part = ByteBuffer.allocate(4096);
    first = false;
    return before.thenCompose(_ -> events.frame(full, opening, last));
  }

  private void room(int needed) {
    if (part.capacity() < needed) {
      int size = Math.min(Bridge.PART_BYTES, Math.max(needed, 2 * part.capacity()));
      part = ByteBuffer.allocate(size).put(part.flip());
    }
  }

  private void reset() {
    part.clear();
    first = true;
    total = 0;
  }

  /** Nothing to wait for. */
  static CompletableFuture<Void> done() {
    return CompletableFuture.completedFuture(null);
  }
}
