package ai.prismer.claw.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * People who ask one question after the other, each until it is answered, whatever happens to the
 * agent meanwhile: some fetch their answers, to others they are posted. All of it goes into the
 * ledger.
 */
final class Talk implements AutoCloseable {
  private static final long PAUSE = Duration.ofMillis(200).toNanos();

  private final Ledger ledger;
  private final String topic;
  private final AtomicInteger number = new AtomicInteger();
  private final List<Thread> people = new ArrayList<>();

  /** Whether anybody asks something new. */
  private volatile boolean asking = true;

  /** Whether anybody still waits for an answer. */
  private volatile boolean waiting = true;

  /**
   * Begins.
   *
   * @param topic how every question begins, so that no other talk of the ledger has it
   * @param people of each kind
   */
  Talk(Ledger ledger, String topic, Webhook fetched, Webhook posted, int people) {
    this.ledger = ledger;
    this.topic = topic;
    for (int person = 0; person < people; person++) {
      this.people.add(Thread.ofVirtual().start(() -> fetching(fetched)));
      this.people.add(Thread.ofVirtual().start(() -> beingPosted(posted)));
    }
  }

  /** How many of its questions are answered. */
  int answered() {
    return ledger.answered(topic + "-");
  }

  /** Its questions that are not answered. */
  Set<String> open() {
    return ledger.open(topic + "-");
  }

  /** Asks nothing new any more; returns when everybody is answered, or has waited in vain. */
  @Override
  public void close() {
    asking = false;
    try {
      for (Thread person : people) {
        person.join(Duration.ofMinutes(2));
      }
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    } finally {
      waiting = false;
    }
  }

  private void fetching(Webhook webhook) {
    while (asking) {
      String question = topic + "-fetched-" + number.incrementAndGet();
      ledger.asked(question);
      while (waiting && !isFetched(webhook, question)) {
        pause();
      }
    }
  }

  private boolean isFetched(Webhook webhook, String question) {
    try {
      HttpResponse<String> answer =
          ledger.isAccepted(question)
              ? webhook.fetch(question)
              : webhook.ask(question, Map.of("Idempotency-Key", question, "Prefer", "wait=5"));
      if (answer.statusCode() == 202) {
        ledger.accepted(question);
      } else if (answer.statusCode() == 200) {
        JsonNode body = Webhook.json(answer);
        ledger.accepted(question);
        ledger.answered(question, body.path("answerId").asText(), body.path("text").asText());
        return true;
      }
      return false;
    } catch (IOException killed) {
      return false;
    } catch (InterruptedException ending) {
      return true;
    }
  }

  private void beingPosted(Webhook webhook) {
    while (asking) {
      String question = topic + "-posted-" + number.incrementAndGet();
      ledger.asked(question);
      while (waiting && !ledger.isAnswered(question) && !isTaken(webhook, question)) {
        pause();
      }
      while (waiting && !ledger.isAnswered(question)) {
        pause();
      }
    }
  }

  private boolean isTaken(Webhook webhook, String question) {
    try {
      if (webhook.ask(question, Map.of("Idempotency-Key", question)).statusCode() == 202) {
        ledger.accepted(question);
        return true;
      }
      return false;
    } catch (IOException killed) {
      return false;
    } catch (InterruptedException ending) {
      return true;
    }
  }

  private static void pause() {
    LockSupport.parkNanos(PAUSE);
  }
}
