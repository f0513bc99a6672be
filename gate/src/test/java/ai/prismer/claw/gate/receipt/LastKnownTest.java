package ai.prismer.claw.gate.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.status.Adjustment;
import ai.prismer.claw.gate.canonical.Digest;
import ai.prismer.claw.gate.decision.Author;
import ai.prismer.claw.gate.decision.AuthorClass;
import ai.prismer.claw.gate.decision.ClawIdentity;
import ai.prismer.claw.gate.decision.Decision;
import ai.prismer.claw.gate.decision.Effect;
import ai.prismer.claw.gate.decision.Worlds;
import ai.prismer.claw.gate.intent.Action;
import ai.prismer.claw.gate.intent.IntentParser;
import ai.prismer.claw.gate.intent.Parsed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What receipts say that a name was left with. */
class LastKnownTest {
  private static final SigningKey KEY = TestLog.key(1);
  private static final Instant LATEST = Instant.ofEpochMilli(1_000_000);
  private static final Adjustment MEMORY = adjustment("96Mi", null);

  private final List<String> receipts = new ArrayList<>();

  @Test
  void theLastEndSaysWhatStandsAndTheHighestIntentIsTheMark() {
    decided("uid-1", 2000);
    ended("uid-1", new Standing(2000, List.of(MEMORY)));
    decided("uid-1", 3000);

    LastKnown known = known();

    assertThat(known.mark()).isEqualTo(3000);
    assertThat(known.digest()).isEqualTo(intent(3000).digest().hex());
    assertThat(known.standing()).isEqualTo(new Standing(2000, List.of(MEMORY)));
  }

  @Test
  void anUndoThatRaisedTheMarkCountsAndTakesTheAdjustmentAway() {
    decided("uid-1", 2000);
    ended("uid-1", new Standing(2000, List.of(MEMORY)));
    ended("uid-1", new Standing(2001, List.of()));

    assertThat(known()).isEqualTo(new LastKnown(2001, "", new Standing(2001, List.of())));
  }

  @Test
  void aLifeThatBeganAnewOwesNothingToTheOneBeforeButItsMark() {
    ended("uid-1", new Standing(2000, List.of(MEMORY)));
    refused("uid-2", 9000);

    assertThat(known()).isEqualTo(new LastKnown(2000, "", null));
  }

  @Test
  void whatWasRefusedIsNoMark() {
    refused("uid-1", 9000);

    assertThat(known()).isEqualTo(LastKnown.NOTHING);
  }

  @Test
  void aMarkInTheFutureIsNotBelieved() {
    decided("uid-1", LATEST.toEpochMilli() + 1);
    ended("uid-1", new Standing(LATEST.toEpochMilli() + 1, List.of(MEMORY)));

    assertThat(known().mark()).isZero();
    assertThat(known().standing()).isNotNull();
  }

  @Test
  void aReceiptWithoutSignatureOrOfAnotherKeyCountsForNothing() {
    add("uid-1", draft("uid-1", end(), new Standing(2000, List.of(MEMORY))), List.of());
    add(
        "uid-1",
        draft("uid-1", end(), new Standing(2000, List.of(MEMORY))),
        List.of(TestLog.key(2)));
    receipts.add("no receipt");

    assertThat(known()).isEqualTo(LastKnown.NOTHING);
  }

  @Test
  void whatAnAdjustmentIsSurvivesTheWayThroughAReceipt() {
    Adjustment expiring = adjustment("1Gi", "2026-03-02T12:00:00Z");
    ended("uid-1", new Standing(7, List.of(MEMORY, expiring)));

    assertThat(known().standing()).isEqualTo(new Standing(7, List.of(MEMORY, expiring)));
  }

  private LastKnown known() {
    return LastKnown.of(receipts, List.of(KEY.verifier()), LATEST);
  }

  private void decided(String uid, long generation) {
    add(uid, draft(uid, decision(generation, true), null), List.of(KEY));
  }

  private void refused(String uid, long generation) {
    add(uid, draft(uid, decision(generation, false), null), List.of(KEY));
  }

  private void ended(String uid, Standing standing) {
    add(uid, draft(uid, end(), standing), List.of(KEY));
  }

  private void add(String uid, Draft draft, List<SigningKey> signers) {
    assertThat(draft.claw().orElseThrow().uid()).isEqualTo(uid);
    receipts.add(draft.place(Frontier.EMPTY, signers).envelope());
  }

  private static Draft draft(String uid, Entry entry, @Nullable Standing standing) {
    Draft draft = Draft.of(new ClawIdentity("team-a", "my-agent", uid), entry, Worlds.NOW);
    return standing == null ? draft : draft.leaving(standing);
  }

  private static Parsed.Valid intent(long generation) {
    return (Parsed.Valid)
        IntentParser.parse(
            "{\"action\":\"rollout-restart\",\"generation\":" + generation + ",\"source\":\"t\"}");
  }

  private static Entry decision(long generation, boolean executed) {
    return new Entry.Decided(
        intent(generation),
        new Author(AuthorClass.MANAGER, "alice"),
        null,
        Worlds.policy(),
        Worlds.observed(),
        executed
            ? new Decision.Execute(new Effect.RolloutRestart())
            : new Decision.Reject(Decision.Code.FROZEN, "frozen"));
  }

  private static Entry end() {
    return new Entry.Ended(
        0, Digest.of(new byte[1]), Action.BUMP_MEMORY, Entry.Ending.HEALTHY, "healthy");
  }

  private static Adjustment adjustment(String value, @Nullable String expires) {
    return new Adjustment("memory", value, "op", 2000L, "2026-03-01T12:00:00Z", expires);
  }
}
