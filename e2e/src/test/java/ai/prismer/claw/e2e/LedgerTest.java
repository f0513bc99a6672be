package ai.prismer.claw.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the books of callers call a fault, and what not. */
class LedgerTest {
  private final Ledger ledger = new Ledger();

  @Test
  void anAnswerThatComesAgainIsNoFault() {
    ask("one");
    ledger.answered("one", "id-1", "answer to one");
    ledger.answered("one", "id-1", "answer to one");

    assertThat(ledger.faults()).isEmpty();
    assertThat(ledger)
        .hasToString(
            "asked=1 accepted=1 answered=1 failed=0 again=1 twice=0 wrong=0 unknown=0 lost=0");
  }

  @Test
  void anAnswerBeforeTheWordThatItWasAcceptedIsNoFault() {
    ledger.asked("one");
    ledger.answered("one", "id-1", "answer to one");

    assertThat(ledger.faults()).isEmpty();
  }

  @Test
  void eachFaultIsCountedAndNamed() {
    ask("lost");
    ledger.asked("unheard");
    ask("twice");
    ledger.answered("twice", "id-1", "answer to twice");
    ledger.answered("twice", "id-2", "answer to twice");
    ask("wrong");
    ledger.answered("wrong", "id-3", "answer to lost");
    ledger.answered("unknown", "id-4", "answer to unknown");

    assertThat(ledger.faults())
        .containsExactly(
            "accepted and not answered: lost",
            "asked and neither accepted nor answered: unheard",
            "more than one answer: twice -> {id-1=answer to twice, id-2=answer to twice}",
            "an answer to something else: wrong -> {id-3=answer to lost}",
            "answered and not asked: unknown -> {id-4=answer to unknown}");
    assertThat(ledger)
        .hasToString(
            "asked=4 accepted=3 answered=3 failed=0 again=0 twice=1 wrong=1 unknown=1 lost=1");
  }

  @Test
  void whatTheAgentSaysThatItFailedAtIsCountedApart() {
    Ledger candid = new Ledger(text -> text.contains("out of order"));
    candid.asked("one");
    candid.accepted("one");
    candid.answered("one", "id-1", "I am out of order");

    assertThat(candid.faults()).isEmpty();
    assertThat(candid.failed()).containsExactly("one -> {id-1=I am out of order}");
    assertThat(candid)
        .hasToString(
            "asked=1 accepted=1 answered=1 failed=1 again=0 twice=0 wrong=0 unknown=0 lost=0");
  }

  @Test
  void whatNobodyHasAnsweredIsOpen() {
    ask("a-1");
    ledger.asked("a-2");
    ask("b-1");
    ledger.answered("a-1", "id-1", "answer to a-1");

    assertThat(ledger.open("a-")).containsExactly("a-2");
  }

  @Test
  void oneIdWithTwoTextsIsTwoAnswers() {
    ask("one");
    ledger.answered("one", "id-1", "answer to one");
    ledger.answered("one", "id-1", "answer to two");

    assertThat(ledger.toString()).contains("twice=1 wrong=1");
  }

  private void ask(String question) {
    ledger.asked(question);
    ledger.accepted(question);
  }
}
