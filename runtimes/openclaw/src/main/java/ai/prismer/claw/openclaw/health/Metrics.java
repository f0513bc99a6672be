package ai.prismer.claw.openclaw.health;

import ai.prismer.claw.openclaw.turn.Outcome;
import ai.prismer.claw.openclaw.turn.Turn;
import ai.prismer.claw.openclaw.turn.TurnListener;
import ai.prismer.claw.openclaw.websocket.ConnectionObserver;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;

/**
 * What the gateway counts. All series exist from the start, so that rates are right from the first.
 */
public final class Metrics implements TurnListener, ConnectionObserver {
  private final PrometheusRegistry registry = new PrometheusRegistry();

  private final Counter turns =
      Counter.builder()
          .name("claw_gateway_turns_total")
          .help("Turns that are over, by outcome.")
          .labelNames("outcome")
          .register(registry);
  private final Gauge running =
      Gauge.builder()
          .name("claw_gateway_turns_running")
          .help("Turns that are running.")
          .register(registry);
  private final Histogram duration =
      Histogram.builder()
          .name("claw_gateway_turn_duration_seconds")
          .help("Time from a question to the end of its turn.")
          .classicOnly()
          .classicUpperBounds(0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600)
          .register(registry);
  private final Counter tokens =
      Counter.builder()
          .name("claw_gateway_model_tokens_total")
          .help("Tokens, as the model's vendor counts them.")
          .labelNames("direction")
          .register(registry);
  private final Gauge connections =
      Gauge.builder()
          .name("claw_gateway_connections")
          .help("Open connections, authenticated or not.")
          .register(registry);
  private final Counter dropped =
      Counter.builder()
          .name("claw_gateway_connections_dropped_total")
          .help("Connections that the gateway ended, by reason.")
          .labelNames("reason")
          .register(registry);

  /** Everything starts at zero. */
  public Metrics() {
    for (String outcome : new String[] {"answered", "failed", "aborted", "interrupted"}) {
      turns.initLabelValues(outcome);
    }
    for (String direction : new String[] {"input", "output"}) {
      tokens.initLabelValues(direction);
    }
  }

  /** Writes all series in Prometheus' text format. */
  void write(OutputStream out) throws IOException {
    PrometheusTextFormatWriter.create().write(out, registry.scrape());
  }

  @Override
  public void started(Turn turn, boolean resumed) {
    running.inc();
  }

  @Override
  public void delta(Turn turn, String text) {}

  @Override
  public void ended(Turn turn, Outcome outcome) {
    running.dec();
    duration.observe(turn.age(System.nanoTime()) / 1e9);
    switch (outcome) {
      case Outcome.Answered answered -> {
        turns.labelValues("answered").inc();
        tokens.labelValues("input").inc(answered.inputTokens());
        tokens.labelValues("output").inc(answered.outputTokens());
      }
      case Outcome.Failed failed -> turns.labelValues("failed").inc();
      case Outcome.Aborted aborted -> turns.labelValues("aborted").inc();
      case Outcome.Interrupted interrupted -> turns.labelValues("interrupted").inc();
    }
  }

  @Override
  public void opened() {
    connections.inc();
  }

  @Override
  public void closed() {
    connections.dec();
  }

  @Override
  public void dropped(String reason) {
    dropped.labelValues(reason).inc();
  }
}
