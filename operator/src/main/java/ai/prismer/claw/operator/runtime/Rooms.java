package ai.prismer.claw.operator.runtime;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of one operator that have to be stopped, the newest first. */
final class Rooms implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(Rooms.class);

  private final Deque<AutoCloseable> started = new ArrayDeque<>();

  /** Takes one in, and hands it back. */
  <T extends AutoCloseable> T closing(T room) {
    started.push(room);
    return room;
  }

  /** Stops all; one that fails does not keep the others from it. */
  @Override
  public void close() {
    while (!started.isEmpty()) {
      try {
        started.pop().close();
      } catch (Exception failed) {
        LOGGER.warn("something did not stop as it should", failed);
      }
    }
  }
}
