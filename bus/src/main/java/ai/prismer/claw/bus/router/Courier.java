package ai.prismer.claw.bus.router;

import ai.prismer.claw.bus.framing.EnvelopeReader;
import ai.prismer.claw.bus.framing.FrameException;
import ai.prismer.claw.bus.journal.Journal;
import ai.prismer.claw.bus.loop.EventLoop;
import ai.prismer.claw.contract.Envelope;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/**
 * Makes of each {@link Delivery} of a lane an {@link Outgoing} for who carries it. A message in
 * parts is looked up on a thread of its own, because that waits for the disk.
 *
 * <p>Who was to carry it may leave meanwhile, and somebody may have come instead. It is in flight
 * all that time, so nobody else looks it up as well: it is handed once to whoever is there when it
 * is found, and if there is nobody, it goes back to its lane as an attempt that reached nobody.
 */
public final class Courier implements Receiver {
  private final BusLane lane;
  private final Journal journal;
  private final EventLoop loop;
  private final Consumer<Outgoing> carrier;
  private final EnvelopeReader reader = new EnvelopeReader();

  /**
   * @param carrier called on the loop's thread
   */
  public Courier(BusLane lane, Journal journal, EventLoop loop, Consumer<Outgoing> carrier) {
    this.lane = lane;
    this.journal = journal;
    this.loop = loop;
    this.carrier = carrier;
  }

  @Override
  public void deliver(Delivery delivery) {
    if (delivery.more()) {
      Thread.ofVirtual().name("long-message").start(() -> look(delivery));
      return;
    }
    try {
      Envelope known = delivery.envelope();
      Envelope envelope = known == null ? reader.read(delivery.content()) : known;
      carrier.accept(outgoing(delivery, envelope, new Outgoing.Whole(delivery.content())));
    } catch (FrameException unreadable) {
      unreadable(delivery);
    }
  }

  private void look(Delivery delivery) {
    try {
      List<Long> parts = journal.partsOf(delivery.message()).get();
      Outgoing.Parted body = Outgoing.Parted.find(journal, parts, delivery.content().remaining());
      Envelope envelope = reader.read(body.open());
      loop.execute(() -> found(outgoing(delivery, envelope, body)));
    } catch (FrameException unreadable) {
      loop.execute(() -> unreadable(delivery));
    } catch (IOException | ExecutionException lost) {
      // Answered for meanwhile, of which the lane knows; or else another look may find it.
      loop.execute(() -> lane.failed(delivery.message(), "it cannot be read", true));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void found(Outgoing outgoing) {
    if (lane.isAttached()) {
      carrier.accept(outgoing);
    } else {
      lane.unreached(outgoing.message());
    }
  }

  private Outgoing outgoing(Delivery delivery, Envelope envelope, Outgoing.Body body) {
    return new Outgoing(
        delivery.message(), lane, delivery.serial(), delivery.attempt(), envelope, body);
  }

  /** It was read when it was accepted, so only a fault of ours ends here; it must not block. */
  private void unreadable(Delivery delivery) {
    lane.failed(delivery.message(), "not an envelope", false);
  }
}
