package ai.prismer.claw.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.testkit.model.Reply;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * An agent that is talked to through two webhooks in its pod: the answers of one are fetched, those
 * of the other are posted. In peace, while its containers are killed in turn, and while its pod is
 * replaced.
 */
class ChannelsNodeIT {
  /** How often containers are killed in turn; {@code make crash-channels} says it. */
  private static final int ROUNDS = Integer.getInteger("crash.channels.rounds", 2);

  /** Agents that share the rounds: a kubelet lets a container wait that ends again and again. */
  private static final int AGENTS = Integer.getInteger("crash.channels.agents", 1);

  /** Rounds between two signs of life. */
  private static final int PROGRESS = 5;

  /** The model says nothing to it the first time. */
  private static final String UNANSWERED = "unanswered";

  private static final AtomicBoolean isHeard = new AtomicBoolean();
  private static final Ledger ledger = new Ledger();
  private static final List<Talker> talkers = new ArrayList<>();

  private static HttpServer receiver;
  private static WebhookAgent agent;
  private static Webhook web;
  private static Webhook push;

  @BeforeAll
  static void makeAgentsWithChannels() throws IOException {
    try (KubernetesClient client = Node.admin()) {
      receiver = receiver(Node.address(client));
    }
    InetSocketAddress address = receiver.getAddress();
    String postedTo = "http://%s:%d/".formatted(address.getHostString(), address.getPort());
    for (int number = 1; number <= AGENTS; number++) {
      talkers.add(new Talker("talker-" + number, ledger, postedTo, ChannelsNodeIT::reply));
    }
    agent = talkers.getFirst().agent();
    web = talkers.getFirst().web();
    push = talkers.getFirst().push();
  }

  private static Reply reply(String asked) {
    return asked.equals(UNANSWERED) && !isHeard.getAndSet(true)
        ? Reply.hang()
        : Reply.text(Ledger.answerTo(asked), Duration.ofMillis(50));
  }

  @AfterAll
  static void clear() throws IOException {
    for (Talker talker : talkers) {
      talker.close();
    }
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
    AtomicInteger kills = new AtomicInteger();
    Rounds rounds =
        new Rounds(
            ROUNDS,
            ended -> {
              if (ended % PROGRESS == 0) {
                System.out.printf("crash-channels: %d of %d rounds, %s%n", ended, ROUNDS, ledger);
              }
            });
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (Talker talker : talkers) {
        all.add(each.submit(() -> talker.suffer(rounds, kills::incrementAndGet)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      System.out.printf(
          "crash-channels: rounds=%d kills=%d %s%n", rounds.ended(), kills.get(), ledger);
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
