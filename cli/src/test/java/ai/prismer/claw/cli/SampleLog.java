package ai.prismer.claw.cli;

import ai.prismer.claw.gate.decision.Author;
import ai.prismer.claw.gate.decision.Brakes;
import ai.prismer.claw.gate.decision.ClawIdentity;
import ai.prismer.claw.gate.decision.Decision;
import ai.prismer.claw.gate.decision.Docket;
import ai.prismer.claw.gate.decision.Gate;
import ai.prismer.claw.gate.decision.GateVersion;
import ai.prismer.claw.gate.decision.Limits;
import ai.prismer.claw.gate.decision.Observed;
import ai.prismer.claw.gate.decision.Policy;
import ai.prismer.claw.gate.intent.Action;
import ai.prismer.claw.gate.intent.IntentParser;
import ai.prismer.claw.gate.intent.Parsed;
import ai.prismer.claw.gate.receipt.Checkpoint;
import ai.prismer.claw.gate.receipt.Draft;
import ai.prismer.claw.gate.receipt.Entry;
import ai.prismer.claw.gate.receipt.ExportHeader;
import ai.prismer.claw.gate.receipt.Frontier;
import ai.prismer.claw.gate.receipt.NotVerifiedException;
import ai.prismer.claw.gate.receipt.SigningKey;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A small log of refusals, signed by a key of its own. */
final class SampleLog {
  static final String ORIGIN = "k8s4claw/sample";
  static final ClawIdentity CLAW = new ClawIdentity("team-a", "my-agent", "uid-1");

  final SigningKey key = SigningKey.generate(ORIGIN, new SecureRandom());
  final List<String> envelopes = new ArrayList<>();
  private final List<Frontier> frontiers = new ArrayList<>(List.of(Frontier.EMPTY));

  SampleLog(int size) {
    for (int i = 0; i < size; i++) {
      Instant now = now(i);
      append(refusal(now), now);
    }
  }

  /** Appends a decision that the gate does not make, signed like all others. */
  void appendForged() {
    Instant now = now(envelopes.size());
    Entry.Decided genuine = (Entry.Decided) refusal(now);
    append(
        new Entry.Decided(
            genuine.parsed(),
            genuine.author(),
            null,
            genuine.policy(),
            genuine.observed(),
            new Decision.Reject(Decision.Code.BUDGET_SPENT, "not today")),
        now);
  }

  /** Appends a decision that this gate does not make, and says that another version has made it. */
  void appendOfGate(int version) {
    Instant now = now(envelopes.size());
    Entry.Decided genuine = (Entry.Decided) refusal(now);
    Entry other =
        new Entry.Decided(
            genuine.parsed(),
            genuine.author(),
            null,
            genuine.policy(),
            genuine.observed(),
            new Decision.Reject(Decision.Code.BUDGET_SPENT, "not today"));
    String json = Draft.of(CLAW, other, now).json();
    append(
        Draft.parse(
            json.replace("\"gateVersion\":" + GateVersion.CURRENT, "\"gateVersion\":" + version)));
  }

  private static Instant now(int index) {
    return Instant.parse("2026-03-01T12:00:00Z").plusSeconds(index);
  }

  private void append(Entry entry, Instant now) {
    append(Draft.of(CLAW, entry, now));
  }

  private void append(Draft draft) {
    Draft.Placed placed = draft.place(frontiers.getLast(), key);
    envelopes.add(placed.envelope());
    frontiers.add(placed.frontier());
  }

  private static Entry refusal(Instant now) {
    Parsed parsed = IntentParser.parse("no intent, " + now);
    Author author = Author.of("llm", "system:serviceaccount:team-a:my-agent");
    Policy policy =
        new Policy(
            Policy.AgentIntents.DENY,
            Policy.Mode.ENFORCE,
            Limits.NONE,
            10,
            5,
            Set.of(Action.BUMP_MEMORY),
            Policy.AGENT_LEAD,
            Policy.LEAD);
    Observed observed =
        new Observed(
            CLAW,
            now,
            0,
            Observed.Life.ACTIVE,
            null,
            Limits.NONE,
            Limits.NONE,
            List.of(),
            1,
            true,
            Limits.NONE,
            Limits.NONE,
            null,
            Brakes.NONE,
            new Docket("system:serviceaccount:team-a:my-agent", null, null),
            null);
    return new Entry.Decided(
        parsed, author, null, policy, observed, Gate.decide(parsed, author, observed, policy));
  }

  String checkpoint(int size) {
    return Checkpoint.of(ORIGIN, frontiers.get(size)).sign(key);
  }

  /** An export of the first receipts. */
  String export(int size) {
    try {
      return ExportHeader.of(checkpoint(size)).json()
          + "\n"
          + String.join("\n", envelopes.subList(0, size))
          + "\n";
    } catch (NotVerifiedException e) {
      throw new AssertionError(e);
    }
  }
}
