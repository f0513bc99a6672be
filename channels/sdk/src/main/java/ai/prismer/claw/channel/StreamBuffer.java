package ai.prismer.claw.channel;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Pieces of answers that are being made, on their way to the listener as the strategy says. A piece
 * that does not follow on the last one (the bus left one out) ends what is shown of that answer,
 * until it is made anew or is complete. The listener is told one thing at a time. Thread-safe.
 */
final class StreamBuffer {
  /** Answers that are followed at a time; those of which nothing is heard longest are forgotten. */
  private static final int MOST = 256;

  private static final class Stream {
    private final StringBuilder held = new StringBuilder();
    private int shown;
    private long shownNanos;
    private boolean torn;
  }

  private final StreamStrategy strategy;
  private final Duration interval;
  private final ChannelListener listener;
  private final Map<String, Stream> streams = new LinkedHashMap<>();

  StreamBuffer(ChannelOptions options, ChannelListener listener) {
    this.strategy = options.streams();
    this.interval = options.flushInterval();
    this.listener = listener;
  }

  synchronized void piece(String question, int offset, String text, long nowNanos) {
    if (strategy instanceof StreamStrategy.WaitComplete || text.isEmpty()) {
      return;
    }
    Stream stream = streams.computeIfAbsent(question, _ -> new Stream());
    if (offset == 0) {
      stream.held.setLength(0);
      stream.shown = 0;
      stream.torn = false;
    }
    stream.torn |= offset != stream.shown + stream.held.length();
    if (stream.torn) {
      return;
    }
    boolean first = stream.shown == 0 && stream.held.isEmpty();
    stream.held.append(text);
    if (first || nowNanos - stream.shownNanos >= interval.toNanos()) {
      show(question, stream, nowNanos);
    }
    if (streams.size() > MOST) {
      streams.remove(streams.keySet().iterator().next());
    }
  }

  private void show(String question, Stream stream, long nowNanos) {
    int offset = stream.shown;
    String text = stream.held.toString();
    stream.shown += text.length();
    stream.shownNanos = nowNanos;
    stream.held.setLength(0);
    listener.delta(question, offset, text);
  }

  /** Shows what is due although nothing more has come. */
  synchronized void flush(long nowNanos) {
    streams.forEach((question, stream) -> {
      if (!stream.held.isEmpty() && nowNanos - stream.shownNanos >= interval.toNanos()) {
        show(question, stream, nowNanos);
      }
    });
  }

  /** A message, which has the whole of the answer if it is one. */
  synchronized void message(Message message, Receipt receipt) {
    streams.remove(message.question());
    listener.message(message, receipt);
  }
}
