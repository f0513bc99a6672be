package ai.prismer.claw.cli.chat;

import ai.prismer.claw.cli.output.StreamedText;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One question, and its answer as it comes.
 *
 * <p>A gateway tells everybody of every turn, so events of other runs are passed over. The pieces
 * are shown at once; what the end holds beyond them is shown with it, so that an answer without
 * pieces is an answer too. After the end nothing is shown, whatever still comes.
 *
 * <p>The connection's thread tells of events, another one waits.
 */
final class Turn {
  /** Characters of an answer; the first-party gateway sends a quarter of that. */
  static final int LONGEST = 1024 * 1024;

  private final String run;
  private final StreamedText screen;
  private final StringBuilder shown = new StringBuilder();
  private final CompletableFuture<Ending> ending = new CompletableFuture<>();
  private volatile boolean stopping;

  /**
   * Not begun.
   *
   * @param run its idempotency key, by which events name it
   */
  Turn(String run, StreamedText screen) {
    this.run = run;
    this.screen = screen;
  }

  String run() {
    return run;
  }

  /** Takes the payload of a {@code chat} event. */
  synchronized void chat(JsonNode payload) {
    if (!payload.path("runId").asText().equals(run)) {
      return;
    }
    switch (payload.path("state").asText()) {
      case "delta" -> show(payload.path("deltaText").asText());
      case "final" -> {
        rest(text(payload.path("message")));
        end(
            new Ending.Answered(
                shown.isEmpty(), payload.path("stopReason").asText().equals("length")));
      }
      case "error" -> end(new Ending.Failed(payload.path("errorMessage").asText()));
      case "aborted" -> end(new Ending.Stopped());
      default -> {
        // A sign of life.
      }
    }
  }

  /** Ends the turn, unless it has ended. */
  synchronized void end(Ending how) {
    if (!ending.isDone()) {
      // First: whoever waits for the end goes on to print something else.
      screen.end();
      ending.complete(how);
    }
  }

  /** The person wants no more of it; remembered for a gateway that does not know it yet. */
  void stop() {
    stopping = true;
  }

  boolean isStopping() {
    return stopping;
  }

  /** How it ended; not in time is an end as well. */
  Ending await(Duration timeout) {
    try {
      return ending.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      end(new Ending.Late());
      return ending.join();
    } catch (ExecutionException impossible) {
      throw new IllegalStateException("a turn's end is never exceptional", impossible);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private void show(String piece) {
    if (ending.isDone()) {
      return;
    }
    int room = LONGEST - shown.length();
    String fits = piece.length() > room ? piece.substring(0, room) : piece;
    shown.append(fits);
    screen.piece(fits);
    if (fits.length() < piece.length()) {
      end(new Ending.TooLong());
    }
  }

  private void rest(String whole) {
    String already = shown.toString();
    if (whole.startsWith(already)) {
      show(whole.substring(already.length()));
    } else if (!whole.isEmpty()) {
      // The pieces were of an attempt that the agent has thrown away.
      show("\n" + whole);
    }
  }

  /** The text of a message, whose content is one text or a list of parts. */
  private static String text(JsonNode message) {
    JsonNode content = message.path("content");
    StringBuilder text = new StringBuilder(content.asText());
    content.forEach(part -> text.append(part.path("text").asText()));
    return text.toString();
  }
}
