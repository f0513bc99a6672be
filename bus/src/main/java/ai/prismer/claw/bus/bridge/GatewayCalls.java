package ai.prismer.claw.bus.bridge;

import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Requests of protocol 4 on one connection, and who waits for the answer to which. Thread-safe.
 *
 * <p>What is asked is only put into the queue: the bridge's own thread writes, because a WebSocket
 * takes one write at a time.
 */
final class GatewayCalls {
  private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
  private final Map<String, Consumer<JsonTree>> waiting = new ConcurrentHashMap<>();
  private final AtomicLong number = new AtomicLong();

  /** Frames that are to be written, in order. */
  BlockingQueue<String> frames() {
    return frames;
  }

  /**
   * Asks.
   *
   * @param then told of the answer, good or bad; never, if the connection is lost before
   */
  void call(String method, JsonTree.Keys params, Consumer<JsonTree> then) {
    String id = method + "-" + number.incrementAndGet();
    waiting.put(id, then);
    frames.add(
        JsonTree.write(json -> {
          json.writeStringField("type", "req");
          json.writeStringField("id", id);
          json.writeStringField("method", method);
          json.writeObjectFieldStart("params");
          params.write(json);
          json.writeEndObject();
        }));
  }

  /** A frame of type {@code res} has come. */
  void answered(JsonTree answer) {
    Consumer<JsonTree> then = waiting.remove(answer.get("id").text());
    if (then != null) {
      then.accept(answer);
    }
  }

  static boolean isOk(JsonTree answer) {
    return answer.get("ok").text().equals("true");
  }
}
