package ai.prismer.claw.bench;

import ai.prismer.claw.gate.decision.Author;
import ai.prismer.claw.gate.decision.Brakes;
import ai.prismer.claw.gate.decision.ClawIdentity;
import ai.prismer.claw.gate.decision.Decision;
import ai.prismer.claw.gate.decision.Docket;
import ai.prismer.claw.gate.decision.Gate;
import ai.prismer.claw.gate.decision.Limits;
import ai.prismer.claw.gate.decision.Observed;
import ai.prismer.claw.gate.decision.Policy;
import ai.prismer.claw.gate.intent.Action;
import ai.prismer.claw.gate.intent.IntentParser;
import ai.prismer.claw.gate.intent.Parsed;
import ai.prismer.claw.gate.receipt.Entry;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** An agent that asks for more memory and gets it: the longest way through the gate. */
final class Decided {
  static final ClawIdentity CLAW = new ClawIdentity("team-a", "my-agent", "3f6c9d2e-uid");
  private static final String AGENT = "system:serviceaccount:team-a:my-agent";
  private static final Policy POLICY =
      new Policy(
          Policy.AgentIntents.AUTO,
          Policy.Mode.ENFORCE,
          limits(4L << 30, 4000),
          10,
          5,
          Set.of(Action.values()),
          Policy.AGENT_LEAD,
          Policy.LEAD);

  private Decided() {}

  /** What stands in the annotation at this time. */
  static String text(Instant now) {
    return "{\"action\":\"bump-memory\",\"params\":{\"target\":\"768Mi\"},\"generation\":%d,\"source\":\"agent\"}"
        .formatted(now.toEpochMilli());
  }

  /** Parses and decides, as the operator does for each intent. */
  static Decision decide(String text, Observed observed) {
    return Gate.decide(IntentParser.parse(text), author(), observed, POLICY);
  }

  /** The decision with everything that its receipt records. */
  static Entry entry(Instant now) {
    Parsed parsed = IntentParser.parse(text(now));
    Observed observed = observed(now);
    return new Entry.Decided(
        parsed, author(), null, POLICY, observed, Gate.decide(parsed, author(), observed, POLICY));
  }

  static Observed observed(Instant now) {
    Limits running = limits(512L << 20, 500);
    return new Observed(
        CLAW,
        now,
        now.toEpochMilli() - 60_000,
        Observed.Life.ACTIVE,
        null,
        running,
        running,
        List.of(new Observed.Pod("my-agent-0", "9a1b-uid", false)),
        1,
        true,
        limits(16L << 30, 8000),
        limits(8L << 30, 4000),
        null,
        Brakes.NONE,
        new Docket(AGENT, null, null),
        null);
  }

  private static Limits limits(long memoryBytes, long cpuMillicores) {
    return new Limits(OptionalLong.of(memoryBytes), OptionalLong.of(cpuMillicores));
  }

  private static Author author() {
    return Author.of("llm", AGENT);
  }
}
