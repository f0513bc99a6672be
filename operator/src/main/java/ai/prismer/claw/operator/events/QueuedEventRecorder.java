package ai.prismer.claw.operator.events;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records Events on a thread of its own: an Event explains what happened and must never hold up
 * what happens next, least of all a heal.
 *
 * <p>The queue is bounded. An API server that takes no Events for so long that it fills up loses
 * the newest of them, and one line in the log says so; nothing else does. {@link #close} writes
 * what is waiting, for at most {@link #FAREWELL}.
 *
 * <p>Safe for concurrent use. Events of one object keep their order.
 */
public final class QueuedEventRecorder implements EventRecorder, AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(QueuedEventRecorder.class);

  /** Several Events for each of a few hundred Claws that fail in the same moment. */
  static final int CAPACITY = 4096;

  private static final Duration FAREWELL = Duration.ofSeconds(5);

  private final EventRecorder recorder;
  private final BlockingQueue<Runnable> waiting;
  private final AtomicBoolean overflowing = new AtomicBoolean();
  private final Thread writer;
  private volatile boolean closing;

  /**
   * Starts the thread.
   *
   * @param recorder what records an Event in the end
   */
  public QueuedEventRecorder(EventRecorder recorder) {
    this(recorder, CAPACITY);
  }

  QueuedEventRecorder(EventRecorder recorder, int capacity) {
    this.recorder = recorder;
    this.waiting = new ArrayBlockingQueue<>(capacity);
    this.writer = Thread.ofPlatform().name("events").daemon().start(this::write);
  }

  @Override
  public void record(HasMetadata about, EventReason reason, String message) {
    if (closing) {
      return;
    }
    if (waiting.offer(() -> recorder.record(about, reason, message))) {
      overflowing.set(false);
    } else if (!overflowing.getAndSet(true)) {
      LOGGER.warn(
          "the API server takes Events more slowly than they happen; {} about {} and others are"
              + " not written",
          reason,
          about.getMetadata().getName());
    }
  }

  private void write() {
    try {
      while (!closing || !waiting.isEmpty()) {
        written(waiting.take());
      }
    } catch (InterruptedException told) {
      Thread.currentThread().interrupt();
    }
  }

  /** One Event that cannot be written must not silence all that come after it. */
  private static void written(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException lost) {
      LOGGER.warn("an Event was not written", lost);
    }
  }

  @Override
  public void close() {
    closing = true;
    try {
      // Wakes the thread; where the queue is full it is awake.
      if (waiting.offer(() -> {})) {
        LOGGER.debug("writing the Events that are waiting");
      }
      if (!writer.join(FAREWELL)) {
        LOGGER.warn("{} Events were not written before the end", waiting.size());
        writer.interrupt();
      }
    } catch (InterruptedException told) {
      writer.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
