package ai.prismer.claw.bus.admin;

import ai.prismer.claw.bus.Bus;
import ai.prismer.claw.bus.journal.JournalStatistics;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The paths of the health port. The runtime's absence is pressure and not unreadiness: a bus that
 * took itself out of service then would refuse exactly the messages that it is there to keep.
 */
public final class Probes implements AutoCloseable {
  /** How long the loop and the journal may take to answer before the bus is not alive. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(10);

  private final HealthServer server;
  private final Duration reopen;
  private volatile @Nullable Bus bus;

  /**
   * Listens from now on; the bus is not ready before {@link #ready}.
   *
   * @param reopen when the bus takes in again after {@code /drain}, if it was not stopped
   */
  public Probes(InetAddress address, int port, Duration reopen) throws IOException {
    this.reopen = reopen;
    Map<String, Supplier<HealthServer.Answer>> paths =
        Map.of(
            "/healthz", this::alive,
            "/startupz", this::listening,
            "/readyz", this::listening,
            "/metrics", this::metrics,
            "/drain", this::drain);
    this.server = new HealthServer(address, port, paths);
  }

  /** The journal is recovered and the sockets listen. */
  public void ready(Bus started) {
    bus = started;
  }

  /** Where it listens. */
  public int port() {
    return server.port();
  }

  private HealthServer.Answer alive() {
    Bus present = bus;
    if (present == null) {
      return new HealthServer.Answer(200, "recovering\n");
    }
    return within(
        present.ask(() -> true),
        PATIENCE,
        _ -> new HealthServer.Answer(200, "ok\n"),
        "the loop does not answer\n");
  }

  private HealthServer.Answer listening() {
    return bus == null
        ? new HealthServer.Answer(503, "the journal is being read\n")
        : new HealthServer.Answer(200, "ok\n");
  }

  private HealthServer.Answer metrics() {
    Bus present = bus;
    if (present == null) {
      return new HealthServer.Answer(503, "the journal is being read\n");
    }
    CompletableFuture<JournalStatistics> journal = present.journal().statistics();
    return within(
        journal.thenCompose(found -> present.ask(() -> Metrics.of(present, found))),
        PATIENCE,
        text -> new HealthServer.Answer(200, text),
        "the journal does not answer\n");
  }

  private HealthServer.Answer drain() {
    Bus present = bus;
    if (present == null) {
      return new HealthServer.Answer(503, "the journal is being read\n");
    }
    return within(
        present.drain(DRAIN_LIMIT, Optional.of(reopen)),
        DRAIN_LIMIT.plusSeconds(1),
        idle -> new HealthServer.Answer(200, idle ? "idle\n" : "not idle in time\n"),
        "the loop does not answer\n");
  }

  private static <T> HealthServer.Answer within(
      CompletableFuture<T> answer,
      Duration limit,
      java.util.function.Function<T, HealthServer.Answer> then,
      String otherwise) {
    try {
      return then.apply(answer.get(limit.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException | TimeoutException failed) {
      return new HealthServer.Answer(503, otherwise);
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
      return new HealthServer.Answer(503, otherwise);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
