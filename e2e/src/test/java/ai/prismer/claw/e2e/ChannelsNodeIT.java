package ai.prismer.claw.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.testkit.model.Reply;
import ai.prismer.claw.testkit.model.ScriptedModel;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
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
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String AGENT = "talker";

  /** In the order in which they are killed. */
  private static final List<String> CONTAINERS =
      List.of("ipc-bus", "channel-web", "runtime", "channel-push");

  private static final int ROUNDS = 2;

  /** Of each kind. */
  private static final int PEOPLE = 2;

  private static KubernetesClient client;
  private static Agents agents;
  private static ScriptedModel model;
  private static HttpServer receiver;
  private static JournalDisk disk;
  private static Webhook web;
  private static Webhook push;
  private static final Ledger ledger = new Ledger();

  /** The model says nothing to it the first time. */
  private static final String UNANSWERED = "unanswered";

  private static final AtomicBoolean isHeard = new AtomicBoolean();

  @BeforeAll
  static void makeAnAgentWithChannels() throws IOException {
    Node.operatorInstalled();
    client = Node.admin();
    agents = new Agents(client, Node.namespace(client, "channels"));
    String host = Node.address(client);
    model = ScriptedModel.start(new InetSocketAddress(host, 0), Reply.text("unused"));
    model.answer(request -> {
      String asked = request.transcript().getLast().replaceFirst("^user: ", "");
      if (asked.equals(UNANSWERED) && !isHeard.getAndSet(true)) {
        return Reply.hang();
      }
      return Reply.text(Ledger.answerTo(asked), Duration.ofMillis(50));
    });
    receiver = receiver(host);
    disk = new JournalDisk(client, agents.namespace(), AGENT, "64Mi");
    create(
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: keys}
        stringData: {OPENAI_API_KEY: sk-scripted}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: webhook}
        stringData: {WEBHOOK_SECRET: "%s"}
        ---
        apiVersion: claw.prismer.ai/v1alpha1
        kind: ClawChannel
        metadata: {name: web}
        spec: {type: webhook, credentials: {secretRef: {name: webhook}}}
        ---
        apiVersion: claw.prismer.ai/v1alpha1
        kind: ClawChannel
        metadata: {name: push}
        spec:
          type: webhook
          credentials: {secretRef: {name: webhook}}
          config: {listenPort: 8081, targetURL: "http://%s:%d/", allowPrivateTargets: true}
        """
            .formatted(Webhook.SECRET, host, receiver.getAddress().getPort()));
    agents.create(
        """
        apiVersion: claw.prismer.ai/v1alpha1
        kind: Claw
        metadata: {name: %s}
        spec:
          runtime: openclaw
          config: {model: openai/scripted, environment: {OPENAI_BASE_URL: "%s"}}
          credentials: {secretRef: {name: keys}}
          channels: [{name: web}, {name: push}]
          bus: {size: 64Mi}
          resources: {requests: {cpu: 50m, memory: 128Mi}, limits: {memory: 256Mi}}
          security: {networkPolicy: {allowedEgressCIDRs: ["%s/32"]}}
          ops: {verifyWindow: 30s}
        """
            .formatted(AGENT, model.openAiUrl(), host));
    agents.awaitRunning(AGENT);
    web = new Webhook(client, agents.namespace(), AGENT, "ch-web");
    push = new Webhook(client, agents.namespace(), AGENT, "ch-push");
  }

  @AfterAll
  static void clear() throws IOException {
    if (client == null) {
      return;
    }
    if (disk != null) {
      disk.close();
    }
    if (receiver != null) {
      receiver.stop(0);
    }
    if (model != null) {
      model.close();
    }
    client.close();
  }

  @Test
  void aSignedQuestionIsAnsweredInTheResponseByFetchingAndByPosting() throws Exception {
    assertThat(web.askUnsigned("unsigned").statusCode()).isEqualTo(401);

    HttpResponse<String> waited = web.ask("waited for", Map.of("Prefer", "wait=60"));
    assertThat(waited.statusCode()).as(waited.body()).isEqualTo(200);
    assertThat(Webhook.json(waited).path("text").asText()).isEqualTo("answer to waited for");

    HttpResponse<String> taken = web.ask("fetched", Map.of());
    assertThat(taken.statusCode()).as(taken.body()).isEqualTo(202);
    String id = Webhook.json(taken).path("id").asText();
    HttpResponse<String> fetched =
        await().atMost(PATIENCE).until(() -> web.fetch(id), found -> found.statusCode() == 200);
    assertThat(Webhook.json(fetched).path("text").asText()).isEqualTo("answer to fetched");

    assertThat(push.ask("posted", Map.of("Idempotency-Key", "posted")).statusCode()).isEqualTo(202);
    await().atMost(PATIENCE).until(() -> ledger.isAnswered("posted"));
    assertThat(ledger.wrong()).isEmpty();
    assertThat(
            client
                .pods()
                .inNamespace(agents.namespace())
                .withName(AGENT + "-0")
                .inContainer("channel-web")
                .getLog())
        .doesNotContain(Webhook.SECRET);
  }

  @Test
  void whateverIsKilledOrReplacedEveryAcceptedQuestionIsAnsweredOnce() throws Exception {
    try (Talk _ = new Talk(ledger, web, push, PEOPLE)) {
      for (int round = 0; round < ROUNDS; round++) {
        for (String container : CONTAINERS) {
          awaitAnswers();
          agents.kill(AGENT, container, PATIENCE);
        }
      }
      awaitAnswers();
      String before = agents.pod(AGENT).getMetadata().getUid();
      agents.ask(AGENT, "restart-pod", "{\"pod\":\"" + AGENT + "-0\"}");
      agents.await(
          AGENT,
          PATIENCE,
          claw -> isIdle(claw) && !agents.pod(AGENT).getMetadata().getUid().equals(before));
      awaitAnswers();
    }
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(ledger.lost()).isEmpty());
    System.out.printf("channels: kills=%d %s%n", ROUNDS * CONTAINERS.size(), ledger);
    assertThat(ledger.wrong()).isEmpty();
  }

  @Test
  void whatWasAcceptedAndNotAnsweredIsAnsweredByThePodThatFindsTheJournal() throws Exception {
    Pod before = agents.pod(AGENT);
    String volume = journal().getSpec().getVolumeName();
    assertThat(web.ask(UNANSWERED, Map.of("Idempotency-Key", UNANSWERED)).statusCode())
        .isEqualTo(202);
    await().atMost(PATIENCE).until(isHeard::get);

    // Too short for a good end: what the new pod knows of it, it knows from the volume.
    client.resource(before).withGracePeriod(1).delete();
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(
            () -> !agents.pod(AGENT).getMetadata().getUid().equals(before.getMetadata().getUid()));

    HttpResponse<String> answer =
        await()
            .atMost(PATIENCE)
            .ignoreExceptions()
            .until(() -> web.fetch(UNANSWERED), found -> found.statusCode() == 200);
    assertThat(Webhook.json(answer).path("text").asText()).isEqualTo(Ledger.answerTo(UNANSWERED));
    assertThat(journal().getSpec().getVolumeName()).isEqualTo(volume);
    agents.await(AGENT, PATIENCE, ChannelsNodeIT::isIdle);
    System.out.printf(
        "channels: journal on volume %s of class %s%n",
        volume, journal().getSpec().getStorageClassName());
  }

  private static PersistentVolumeClaim journal() {
    PersistentVolumeClaim claim =
        client
            .persistentVolumeClaims()
            .inNamespace(agents.namespace())
            .withName(AGENT + "-bus")
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
        .atMost(PATIENCE)
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

  private static void create(String yaml) {
    client
        .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .inNamespace(agents.namespace())
        .create();
  }
}
