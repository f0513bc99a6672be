package ai.prismer.claw.channel.webhook;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Who is let in: signature, time, size. Nothing of a request is believed, and nothing but its
 * length acted on, before its signature was checked. Thread-safe.
 */
final class Gatekeeper {
  /** Bytes of all bodies that are held at a time. */
  private static final int BODY_BUDGET = 4 * 1024 * 1024;

  /** Why a request is refused. */
  record Refusal(int status, String code, String text) {}

  private final Signature secret;
  private final int longestBody;
  private final InstantSource clock;
  private final Semaphore budget = new Semaphore(BODY_BUDGET);

  Gatekeeper(Signature secret, int longestBody, InstantSource clock) {
    this.secret = secret;
    this.longestBody = longestBody;
    this.clock = clock;
  }

  /** A body that counts against the budget until it is closed. */
  final class Body implements AutoCloseable {
    private final byte[] bytes;
    private final int reserved;

    private Body(byte[] bytes, int reserved) {
      this.bytes = bytes;
      this.reserved = reserved;
    }

    byte[] bytes() {
      return bytes;
    }

    @Override
    public void close() {
      budget.release(reserved);
    }
  }

  /** A body, or why it was not read. */
  record Read(@Nullable Body body, @Nullable Refusal refusal) {}

  /** Reads the body, up to the limit and within the budget. */
  Read read(HttpExchange exchange) throws IOException {
    long announced = announced(exchange.getRequestHeaders());
    if (announced > longestBody) {
      return new Read(null, tooLarge());
    }
    int reserved = announced < 0 ? longestBody : (int) announced;
    if (!budget.tryAcquire(reserved)) {
      return new Read(null, new Refusal(503, "busy", "too many requests are being read"));
    }
    boolean kept = false;
    try {
      InputStream in = exchange.getRequestBody();
      byte[] bytes = in.readNBytes(longestBody + 1);
      if (bytes.length > longestBody) {
        return new Read(null, tooLarge());
      }
      kept = true;
      return new Read(new Body(bytes, reserved), null);
    } finally {
      if (!kept) {
        budget.release(reserved);
      }
    }
  }

  private Refusal tooLarge() {
    return new Refusal(413, "too_large", "a body has at most " + longestBody + " bytes");
  }

  /** The length announced; -1 for none. */
  private static long announced(Headers headers) {
    String length = headers.getFirst("Content-Length");
    return length != null && length.matches("\\d{1,18}") ? Long.parseLong(length) : -1;
  }

  /**
   * Checks what was signed.
   *
   * @param timeRequired whether it has to bear a time; without one it is good for ever
   * @return why it is not good, or null
   */
  @Nullable Refusal check(Headers headers, byte[] signed, boolean timeRequired) {
    String shown = headers.getFirst(Signature.HEADER);
    if (shown == null) {
      return new Refusal(401, "unsigned", "the header " + Signature.HEADER + " is missing");
    }
    String timestamp = headers.getFirst(Signature.TIMESTAMP);
    if (timestamp == null) {
      if (timeRequired) {
        return new Refusal(401, "untimed", "the header " + Signature.TIMESTAMP + " is missing");
      }
      timestamp = "";
    } else if (!timestamp.matches("\\d{1,12}")) {
      return new Refusal(401, "untimed", Signature.TIMESTAMP + " is not in Unix seconds");
    }
    if (!secret.matches(shown, timestamp, signed)) {
      return new Refusal(401, "signature", "the signature is wrong");
    }
    return timestamp.isEmpty() || isNow(Long.parseLong(timestamp))
        ? null
        : new Refusal(401, "stale", "the time is more than five minutes off");
  }

  private boolean isNow(long seconds) {
    Duration off = Duration.ofSeconds(clock.instant().getEpochSecond() - seconds).abs();
    return off.compareTo(ReplayGuard.WINDOW) <= 0;
  }

  /** What is signed to fetch something: the path, with the time before it. */
  @Nullable Refusal checkPath(Headers headers, String path) {
    return check(headers, path.getBytes(StandardCharsets.UTF_8), true);
  }
}
