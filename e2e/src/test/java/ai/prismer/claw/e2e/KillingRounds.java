package ai.prismer.claw.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Agents that are talked to while their containers are killed in turn, and what people saw of it,
 * in one ledger. They share the rounds: a kubelet lets a container wait that ends again and again,
 * and several wait at the same time.
 */
final class KillingRounds implements Closeable {
  /** How often the containers of an agent are killed in turn; the scripts say it. */
  private static final int ROUNDS = Integer.getInteger("crash.channels.rounds", 2);

  private static final int AGENTS = Integer.getInteger("crash.channels.agents", 1);

  /** Rounds between two signs of life. */
  private static final int PROGRESS = 5;

  private static final int MOST_FAULTS = 20;

  private final Subject subject;
  private final Ledger ledger;
  private final List<Talker> talkers = new ArrayList<>();
  private @Nullable HttpServer receiver;

  /** Of agents that are this. */
  KillingRounds(Subject subject) {
    this.subject = subject;
    this.ledger = new Ledger(subject::isOwnFailure);
  }

  /** Makes the agents; returns when all of them are ready. */
  void start() throws IOException {
    InetSocketAddress address;
    try (KubernetesClient client = Node.admin()) {
      HttpServer opened = receiver(Node.address(client));
      receiver = opened;
      address = opened.getAddress();
    }
    String postedTo = "http://%s:%d/".formatted(address.getHostString(), address.getPort());
    for (int number = 1; number <= AGENTS; number++) {
      talkers.add(new Talker("talker-" + number, ledger, postedTo, subject));
    }
  }

  /** One of the agents. */
  Talker first() {
    return talkers.getFirst();
  }

  Ledger ledger() {
    return ledger;
  }

  /**
   * Kills until there were enough rounds, or something failed; the last line says how many, and
   * those before it what is wrong.
   */
  void run() throws ExecutionException, InterruptedException {
    AtomicInteger kills = new AtomicInteger();
    Rounds rounds =
        new Rounds(
            ROUNDS,
            ended -> {
              if (ended % PROGRESS == 0) {
                System.out.printf(
                    "%s: %d of %d rounds, %s%n", subject.program(), ended, ROUNDS, ledger);
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
      ledger.failed().forEach(own -> System.out.println("the agent's own failure: " + own));
      ledger.faults().stream().limit(MOST_FAULTS).forEach(System.out::println);
      System.out.printf(
          "%s: rounds=%d kills=%d %s%n", subject.program(), rounds.ended(), kills.get(), ledger);
    }
  }

  private HttpServer receiver(String host) throws IOException {
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

  @Override
  public void close() throws IOException {
    for (Talker talker : talkers) {
      talker.close();
    }
    if (receiver != null) {
      receiver.stop(0);
    }
  }
}
