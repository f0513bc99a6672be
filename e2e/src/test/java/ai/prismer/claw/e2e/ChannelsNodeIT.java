package ai.prismer.claw.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.testkit.model.Reply;
import ai.prismer.claw.testkit.model.Request;
import ai.prismer.claw.testkit.model.ScriptedModel;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * An agent that is talked to through two webhooks in its pod: the answers of one are fetched, those
 * of the other are posted. In peace, while its containers are killed in turn, and while its pod is
 * replaced.
 */
class ChannelsNodeIT {
  /** The model says nothing to it the first time. */
  private static final String UNANSWERED = "unanswered";

  private static final AtomicBoolean isHeard = new AtomicBoolean();

  private static final KillingRounds rounds = new KillingRounds(new Gateway());
  private static final Ledger ledger = rounds.ledger();
  private static WebhookAgent agent;
  private static Webhook web;
  private static Webhook push;

  @BeforeAll
  static void makeAgentsWithChannels() throws IOException {
    rounds.start();
    agent = rounds.first().agent();
    web = rounds.first().web();
    push = rounds.first().push();
  }

  @AfterAll
  static void clear() throws IOException {
    rounds.close();
  }

  @Test
  void aSignedQuestionIsAnsweredInTheResponseByFetchingAndByPosting() throws Exception {
    assertThat(web.askUnsigned("unsigned").statusCode()).isEqualTo(401);

    HttpResponse<String> waited = web.ask("waited for", Map.of("Prefer", "wait=60"));
    assertThat(waited.statusCode()).as(waited.body()).isEqualTo(200);
    assertThat(Webhook.json(waited).path("text").asText()).isEqualTo("answer to waited for");

    HttpResponse<String> taken = web.ask("fetched", Map.of());
    assertThat(taken.statusCode()).as(taken.body()).isEqualTo(202);
    assertThat(web.awaitAnswer(Webhook.json(taken).path("id").asText()))
        .isEqualTo("answer to fetched");

    ledger.asked("posted");
    assertThat(push.ask("posted", Map.of("Idempotency-Key", "posted")).statusCode()).isEqualTo(202);
    await().atMost(WebhookAgent.PATIENCE).until(() -> ledger.isAnswered("posted"));
    assertThat(ledger.faults()).isEmpty();
    assertThat(agent.client().pods().resource(agent.pod()).inContainer("channel-web").getLog())
        .doesNotContain(Webhook.SECRET);
  }

  @Test
  void whateverIsKilledOrReplacedEveryQuestionIsAnsweredOnce() throws Exception {
    rounds.run();
    assertThat(ledger.faults()).isEmpty();
  }

  @Test
  void whatWasAcceptedAndNotAnsweredIsAnsweredByThePodThatFindsTheJournal() throws Exception {
    Pod before = agent.pod();
    String volume = journal().getSpec().getVolumeName();
    assertThat(web.ask(UNANSWERED, Map.of("Idempotency-Key", UNANSWERED)).statusCode())
        .isEqualTo(202);
    await().atMost(WebhookAgent.PATIENCE).until(isHeard::get);

    // Too short for a good end: what the new pod knows of it, it knows from the volume.
    agent.client().resource(before).withGracePeriod(1).delete();
    agent.await(_ -> agent.hasPodOtherThan(before));

    assertThat(web.awaitAnswer(UNANSWERED)).isEqualTo(Ledger.answerTo(UNANSWERED));
    assertThat(journal().getSpec().getVolumeName()).isEqualTo(volume);
    agent.await(Agents::isIdle);
    System.out.printf(
        "channels: journal on volume %s of class %s%n",
        volume, journal().getSpec().getStorageClassName());
  }

  private static PersistentVolumeClaim journal() {
    PersistentVolumeClaim claim =
        agent
            .client()
            .persistentVolumeClaims()
            .inNamespace(agent.namespace())
            .withName(agent.name() + "-bus")
            .get();
    assertThat(claim.getStatus().getPhase()).isEqualTo("Bound");
    return claim;
  }

  /** The first-party gateway, with a model that repeats the question. */
  private static final class Gateway implements Subject {
    @Override
    public String program() {
      return "crash-channels";
    }

    @Override
    public String spec(ScriptedModel model) {
      return Agents.openClaw(model);
    }

    @Override
    public Reply reply(Request request) {
      String asked = request.transcript().getLast().replaceFirst("^user: ", "");
      return asked.equals(UNANSWERED) && !isHeard.getAndSet(true)
          ? Reply.hang()
          : Reply.text(Ledger.answerTo(asked), Duration.ofMillis(50));
    }
  }
}
