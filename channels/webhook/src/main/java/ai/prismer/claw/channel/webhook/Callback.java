package ai.prismer.claw.channel.webhook;

import ai.prismer.claw.channel.Message;
import ai.prismer.claw.channel.Receipt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Answers to where the channel's owner wants them: the payload, signed as requests are, with the
 * message's id as {@code Idempotency-Key}, because what was sent and not answered is sent again.
 * 2xx is delivered; a few attempts here, then the bus's own.
 */
final class Callback {
  private static final System.Logger LOG = System.getLogger(Callback.class.getName());
  private static final long FIRST_PAUSE_MILLIS = 200;

  private final TargetPost target;
  private final Signature secret;
  private final int attempts;
  private final InstantSource clock;
  private final Metrics metrics;
  private final AtomicInteger busy = new AtomicInteger();

  Callback(
      TargetPost target, Signature secret, int attempts, InstantSource clock, Metrics metrics) {
    this.target = target;
    this.secret = secret;
    this.attempts = attempts;
    this.clock = clock;
    this.metrics = metrics;
  }

  /** Begins to deliver; the bus hears how it ended. */
  void submit(Message message, Receipt receipt) {
    busy.incrementAndGet();
    Thread.ofVirtual()
        .name("callback")
        .start(() -> {
          try {
            deliver(message, receipt);
          } finally {
            busy.decrementAndGet();
          }
        });
  }

  /** Deliveries that have begun and not ended. */
  int busy() {
    return busy.get();
  }

  private void deliver(Message message, Receipt receipt) {
    byte[] body = message.payload().toString().getBytes(StandardCharsets.UTF_8);
    String code = "callback_unreachable";
    for (int attempt = 1; attempt <= attempts; attempt++) {
      try {
        int status = target.send(headers(message, body), body);
        if (status / 100 == 2) {
          metrics.count(Metrics.Answer.CALLBACK);
          receipt.done();
          return;
        }
        code = "callback_" + status;
        if (status / 100 == 4 && status != 408 && status != 429) {
          fail(receipt, code, false, null);
          return;
        }
      } catch (TargetPost.RefusedAddressException refused) {
        fail(receipt, "callback_private_address", false, refused);
        return;
      } catch (IOException failed) {
        LOG.log(System.Logger.Level.DEBUG, "callback", failed);
      }
      if (attempt < attempts && !pause(attempt)) {
        break;
      }
    }
    fail(receipt, code, true, null);
  }

  private void fail(Receipt receipt, String code, boolean retryable, @Nullable IOException why) {
    metrics.callbackFailed();
    LOG.log(
        System.Logger.Level.WARNING,
        "an answer could not be posted, {0}{1}",
        code,
        why == null ? "" : ": " + why.getMessage());
    receipt.failed(code, retryable);
  }

  private static boolean pause(int attempt) {
    try {
      TimeUnit.MILLISECONDS.sleep(FIRST_PAUSE_MILLIS << Math.min(attempt - 1, 6));
      return true;
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Map<String, String> headers(Message message, byte[] body) {
    String timestamp = Long.toString(clock.instant().getEpochSecond());
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Idempotency-Key", visible(message.id()));
    headers.put("X-Correlation-Id", visible(message.question()));
    headers.put(Signature.TIMESTAMP, timestamp);
    headers.put(Signature.HEADER, secret.sign(timestamp, body));
    return headers;
  }

  /** An agent chooses the ids of its own messages: nothing of them may end a line. */
  private static String visible(String id) {
    return id.replaceAll("[^\\x21-\\x7E]", "?");
  }
}
