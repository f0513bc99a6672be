package ai.prismer.claw.channel.webhook;

import ai.prismer.claw.channel.Message;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Writes an answer to a caller whose request is still open: as one response, or piece by piece. */
final class WaitingCaller {
  private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(10);

  private final Answers answers;
  private final Replies replies;

  WaitingCaller(Answers answers, Replies replies) {
    this.answers = answers;
    this.replies = replies;
  }

  /**
   * Writes the answer as the response; false if it did not come in time and nothing was written.
   */
  boolean answer(HttpExchange exchange, Answers.Waiter waiter, Duration patience)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      Answers.Event event =
          waiter.events().poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (event == null) {
        return false;
      }
      if (event instanceof Answers.Event.Complete(Answers.Held held)) {
        give(held, () -> replies.json(exchange, 200, Replies.answer(held.message())));
        return true;
      }
    }
  }

  /**
   * Writes events: {@code accepted}, {@code delta} for every piece, {@code answer} with all of it;
   * {@code pending} when the time is over, after which the answer can be fetched.
   */
  void stream(HttpExchange exchange, Message question, Answers.Waiter waiter, Duration patience)
      throws IOException, InterruptedException {
    try (OutputStream out = replies.stream(exchange)) {
      Replies.event(out, "accepted", Replies.object().put("id", question.id()));
      long end = System.nanoTime() + patience.toNanos();
      while (true) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          Replies.event(out, "pending", Replies.object().put("id", question.id()));
          return;
        }
        Answers.Event event =
            waiter.events().poll(Math.min(left, SIGN_OF_LIFE.toNanos()), TimeUnit.NANOSECONDS);
        if (write(out, event)) {
          return;
        }
      }
    }
  }

  /** Whether that was the end. */
  private boolean write(OutputStream out, Answers.@Nullable Event event) throws IOException {
    switch (event) {
      case null -> {
        // Also how it is noticed that the caller has gone.
        out.write(": still there\n\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        out.flush();
      }
      case Answers.Event.Piece(int offset, String text) ->
          Replies.event(out, "delta", Replies.object().put("offset", offset).put("text", text));
      case Answers.Event.Complete(Answers.Held held) -> {
        give(held, () -> Replies.event(out, "answer", Replies.answer(held.message())));
        return true;
      }
    }
    return false;
  }

  private interface Write {
    void run() throws IOException;
  }

  /** An answer that could not be written is put where it goes without the caller. */
  private void give(Answers.Held held, Write write) throws IOException {
    try {
      write.run();
    } catch (IOException gone) {
      if (!held.given()) {
        answers.putBack(held);
      }
      throw gone;
    }
    answers.given(held, Metrics.Answer.WAITED);
  }
}
