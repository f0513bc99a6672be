package ai.prismer.claw.gate.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.prismer.claw.gate.decision.Worlds;
import java.util.List;
import org.junit.jupiter.api.Test;

class DraftTest {
  private static final SigningKey KEY = TestLog.key(1);
  private static final TestLog LOG = TestLog.of(KEY, 5);

  private static Draft decision() {
    return Draft.of(Worlds.CLAW, TestLog.decided(3), Worlds.NOW);
  }

  private static Draft outcome() {
    return Draft.of(Worlds.CLAW, TestLog.ended(5), Worlds.NOW);
  }

  @Test
  void aPlacedDraftIsTheReceiptThatTheEntryItselfWouldBecome() {
    Frontier head = LOG.head();
    byte[] direct =
        new Receipt(head.size(), head.last(), Worlds.CLAW, TestLog.decided(3), Worlds.NOW)
            .payload();

    Draft.Placed placed = Draft.parse(decision().json()).place(head, KEY);

    assertThat(placed.envelope()).isEqualTo(Envelope.sign(direct, KEY).json());
    assertThat(placed.frontier()).isEqualTo(head.append(direct));
  }

  @Test
  void theFirstReceiptOfALogNamesNoneBeforeIt() throws NotVerifiedException {
    Draft.Placed placed = decision().place(Frontier.EMPTY, KEY);

    LogState state = new LogState(Frontier.EMPTY, List.of(KEY.verifier()));
    assertThat(state.follow(placed.envelope())).isEmpty();
    assertThat(state.frontier()).isEqualTo(placed.frontier());
  }

  @Test
  void aDraftIsRecognisedAtWhateverPlaceItStands() {
    Draft draft = decision();

    assertThat(draft.isIn(draft.place(Frontier.EMPTY, KEY).envelope())).isTrue();
    assertThat(draft.isIn(draft.place(LOG.head(), TestLog.key(2)).envelope())).isTrue();
  }

  @Test
  void anotherRecordIsNotTakenForTheDraft() {
    Draft draft = decision();
    Draft later = Draft.of(Worlds.CLAW, TestLog.decided(3), Worlds.NOW.plusMillis(1));

    assertThat(draft.isIn(later.place(LOG.head(), KEY).envelope())).isFalse();
    assertThat(draft.isIn(outcome().place(LOG.head(), KEY).envelope())).isFalse();
    assertThat(draft.isIn("{}")).isFalse();
    assertThat(draft.isIn("")).isFalse();
  }

  @Test
  void aDraftSurvivesItsStorage() {
    Draft stored = Draft.parse(decision().json());

    assertThat(stored.json()).isEqualTo(decision().json());
    assertThat(stored.claw()).contains(Worlds.CLAW);
    assertThat(stored.action()).isEqualTo("bump-memory");
    assertThat(stored.decision()).isEqualTo("Execute");
    assertThat(stored.result()).isEmpty();
    assertThat(stored.rule()).contains("oom-bump-memory");
    assertThat(stored.generation()).hasValue(2003);
    assertThat(stored.intentDigest()).isEqualTo(TestLog.decided(3).intentDigest().hex());
  }

  @Test
  void anOutcomeSaysHowItEnded() {
    assertThat(outcome().decision()).isEqualTo("Outcome");
    assertThat(outcome().action()).isEqualTo("bump-memory");
    assertThat(outcome().result()).isEqualTo("Healthy");
    assertThat(outcome().reason()).isEqualTo("pod my-agent-0 is ready with 768Mi");
    assertThat(outcome().generation()).isEmpty();
    assertThat(outcome().rule()).isEmpty();
  }

  @Test
  void aRefusalOfSomethingUnreadableHasAReasonAndNoAction() {
    Draft refusal = Draft.of(Worlds.CLAW, TestLog.decided(1), Worlds.NOW);

    assertThat(refusal.decision()).isEqualTo("Reject");
    assertThat(refusal.result()).isEqualTo("malformed");
    assertThat(refusal.action()).isEmpty();
    assertThat(refusal.reason()).contains("not valid JSON");
  }

  @Test
  void somethingElseIsNoDraft() {
    for (String text : new String[] {"", "[]", "{}", "{\"claw\":{\"uid\":\"u\"}}", "{\"a\":1,"}) {
      assertThatThrownBy(() -> Draft.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
