package ai.prismer.claw.bench;

import ai.prismer.claw.gate.decision.Decision;
import ai.prismer.claw.gate.decision.Observed;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** How long the gate takes from the annotation's text to the decision. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 3)
@Fork(1)
public class DecisionBench {
  private final Instant now = Instant.parse("2026-03-01T12:00:00Z");
  private final String text = Decided.text(now);
  private final Observed observed = Decided.observed(now);

  /** One decision. */
  @Benchmark
  public Decision decide() {
    return Decided.decide(text, observed);
  }
}
