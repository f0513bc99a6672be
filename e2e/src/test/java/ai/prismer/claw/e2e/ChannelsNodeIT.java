package ai.prismer.claw.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.testkit.model.Reply;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * An agent that is talked to through two webhooks in its pod: the answers of one are fetched, those
 * of the other are posted. In peace, while its containers are killed in turn, and while its pod is
 * replaced.
 */
class ChannelsNodeIT {
  /** In the order in which they are killed. */
  private static final List<String> CONTAINERS =
      List.of("ipc-bus", "channel-web", "runtime", "channel-push");

  /** How often; {@code make crash-channels} says it. */
  private static final int ROUNDS = Integer.getInteger("crash.channels.rounds", 2);

  /** Rounds between two signs of life. */
  private static final int PROGRESS = 5;

  /** Of each kind. */
  private static final int PEOPLE = 2;

  @RegisterExtension static final WebhookAgent agent = new WebhookAgent("talker");

  private static HttpServer receiver;
  private static Webhook web;
  private static Webhook push;
  private static final Ledger ledger = new Ledger();

  /** The model says nothing to it the first time. */
  private static final String UNANSWERED = "unanswered";

  private static final AtomicBoolean isHeard = new AtomicBoolean();

  @BeforeAll
  static void makeAnAgentWithChannels() throws IOException {
    agent
        .model()
        .answer(request -> {
          String asked = request.transcript().getLast().replaceFirst("^user: ", "");
          if (asked.equals(UNANSWERED) && !isHeard.getAndSet(true)) {
            return Reply.hang();
          }
          return Reply.text(Ledger.answerTo(asked), Duration.ofMillis(50));
        });
    String host = Node.address(agent.client());
    receiver = receiver(host);
    web = agent.channel("web", "{}");
    push =
        agent.channel(
            "push",
            "{listenPort: 8081, targetURL: \"http://%s:%d/\", allowPrivateTargets: true}"
                .formatted(host, receiver.getAddress().getPort()));
    agent.start(Agents.openClaw(agent.model()) + "ops: {verifyWindow: 30s}\n");
  }

  @AfterAll
  static void clear() {
    if (receiver != null) {
      receiver.stop(0);
    }
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
    int rounds = 0;
    int kills = 0;
    try (Talk _ = new Talk(ledger, web, push, PEOPLE)) {
      // A person's restart comes first: after many crashes the operator restarts the pod itself,
      // and its budget may have nothing left for a person.
      awaitAnswers();
      Pod before = agent.pod();
      agent.submit("restart-pod", "{\"pod\":\"%s\"}".formatted(before.getMetadata().getName()));
      agent.await(claw -> isIdle(claw) && agent.hasPodOtherThan(before));
      while (rounds < ROUNDS) {
        for (String container : CONTAINERS) {
          awaitAnswers();
          agent.kill(container);
          kills++;
        }
        rounds++;
        if (rounds % PROGRESS == 0) {
          System.out.printf("crash-channels: %d of %d rounds, %s%n", rounds, ROUNDS, ledger);
        }
      }
    } finally {
      System.out.printf("crash-channels: rounds=%d kills=%d %s%n", rounds, kills, ledger);
    }
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
    agent.await(ChannelsNodeIT::isIdle);
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

  private static boolean isIdle(Claw claw) {
    return Agents.isTrue(claw, "Ready")
        && (claw.getStatus().ops() == null || claw.getStatus().ops().inFlight() == null);
  }

  /** Something has to be on its way, and something has to have come through since. */
  private static void awaitAnswers() {
    int before = ledger.answered();
    await()
        .atMost(WebhookAgent.PATIENCE)
        .until(() -> ledger.answered(), answered -> answered >= before + 2 * PEOPLE);
  }

  private static HttpServer receiver(String host) throws IOException {
    ObjectMapper json = new ObjectMapper();
    HttpServer server = HttpServer.create(new InetSocketAddress(host, 0), 0);
    server.createContext(
        "/",
        exchange -> {
          ledger.answered(
              exchange.getRequestHeaders().getFirst("X-Correlation-Id"),
              exchange.getRequestHeaders().getFirst("Idempotency-Key"),
              json.readTree(exchange.getRequestBody().readAllBytes()).path("text").asText());
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    return server;
  }
}
