package ai.prismer.claw.operator.bus;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.status.Pressure;
import ai.prismer.claw.operator.reconcile.Asked;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rounds of asking, with pods that answer as they should and such as do not. */
@Timeout(120)
class BusWatchTest {
  private interface Answer {
    void to(HttpExchange exchange) throws IOException, InterruptedException;
  }

  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Asked reconciled = new Asked();
  private final List<Pod> pods = new ArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private HttpServer server;
  private BusWatch watch;

  @BeforeEach
  void open() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
    watch =
        new BusWatch(
            this::address,
            () -> pods.stream(),
            () -> Duration.ofMinutes(5),
            () -> true,
            reconciled::ownerOf,
            Clock.systemUTC(),
            new PrometheusRegistry());
  }

  @AfterEach
  void close() {
    end.countDown();
    watch.close();
    server.stop(0);
  }

  @Test
  void onlyAnAnswerThatIsAnotherOneAsksForAReconciliation() throws Exception {
    agent("well", says(1, 0, 0));

    watch.poll();
    watch.poll();
    assertThat(report("well")).contains(new ChannelReport(null, Pressure.NORMAL, 0));
    assertThat(reconciled.names())
        .as("there, then its pressure")
        .containsExactly("team/well", "team/well");
    watch.poll();
    watch.poll();
    assertThat(reconciled.names()).hasSize(2);

    answers.put("well", says(1, 0, 2));
    watch.poll();
    watch.poll();

    assertThat(report("well")).contains(new ChannelReport(null, Pressure.NORMAL, 2));
    assertThat(reconciled.names()).hasSize(3);
  }

  @Test
  void aPodWithoutChannelsIsNotAsked() throws Exception {
    pods.add(
        new PodBuilder()
            .withNewMetadata()
            .withUid("quiet")
            .endMetadata()
            .withNewSpec()
            .addNewContainer()
            .withName("runtime")
            .endContainer()
            .endSpec()
            .build());

    watch.poll();

    assertThat(asked).isEmpty();
  }

  @Test
  void whoAnswersBadlyIsNotKnownAndKeepsNobodyElseFromBeingKnown() throws Exception {
    agent("silent", exchange -> end.await());
    agent("endless", BusWatchTest::endless);
    agent("slow", this::slow);
    agent(
        "elsewhere",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/secret");
          exchange.sendResponseHeaders(302, -1);
        });
    agent("broken", exchange -> exchange.sendResponseHeaders(503, -1));
    agent("long", exchange -> write(exchange, "x".repeat(65 * 1024) + "\n" + page(1, 0, 0)));
    agent("well", says(1, 0, 0));
    long before = System.nanoTime();

    watch.poll();

    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(30));
    assertThat(watch.get().byPod()).containsOnlyKeys("well");
    assertThat(asked).doesNotContain("secret").contains("elsewhere", "endless", "slow", "silent");
    assertThat(reconciled.names()).containsExactly("team/well");
  }

  private void agent(String name, Answer answer) {
    answers.put(name, answer);
    pods.add(
        new PodBuilder()
            .withNewMetadata()
            .withName(name + "-0")
            .withNamespace("team")
            .withUid(name)
            .addToLabels("claw.prismer.ai/instance", name)
            .endMetadata()
            .withNewSpec()
            .addNewInitContainer()
            .withName("channel-web")
            .endInitContainer()
            .endSpec()
            .build());
  }

  private Optional<ChannelReport> report(String pod) {
    return watch.get().of(pod, "web");
  }

  private Optional<URI> address(Pod pod) {
    return Optional.of(
        URI.create(
            "http://127.0.0.1:"
                + server.getAddress().getPort()
                + "/"
                + pod.getMetadata().getUid()));
  }

  private void answer(HttpExchange exchange) throws IOException {
    String name = exchange.getRequestURI().getPath().substring(1);
    asked.add(name);
    try (exchange) {
      Answer answer = answers.get(name);
      if (answer != null) {
        answer.to(exchange);
      }
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    }
  }

  private static String page(int connected, int pressure, int letters) {
    return """
    claw_ipcbus_sidecar_connections{channel="web"} %d
    claw_ipcbus_pressure{channel="web"} %d
    claw_ipcbus_dlq_messages{channel="web",direction="outbound"} %d
    """
        .formatted(connected, pressure, letters);
  }

  private static Answer says(int connected, int pressure, int letters) {
    return exchange -> write(exchange, page(connected, pressure, letters));
  }

  private static void write(HttpExchange exchange, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private static void endless(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    byte[] bytes = page(1, 0, 0).getBytes(StandardCharsets.UTF_8);
    OutputStream out = exchange.getResponseBody();
    while (true) {
      out.write(bytes);
    }
  }

  /** Headers at once, then nothing that ever ends. */
  private void slow(HttpExchange exchange) throws IOException, InterruptedException {
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().write(page(1, 0, 0).getBytes(StandardCharsets.UTF_8));
    exchange.getResponseBody().flush();
    end.await();
  }
}
