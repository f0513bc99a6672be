package ai.prismer.claw.bus.bridge;

import static ai.prismer.claw.bus.BusFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The bridge against turns that end with their sockets. */
class ZeroClawBridgeTest extends BridgeConformance {
  private final ZeroClawServer zeroclaw = new ZeroClawServer(agent);

  @Override
  StandIn standIn() {
    return zeroclaw;
  }

  @Override
  String afterKill() {
    return "-unknown";
  }

  @Test
  void aTurnNamesTheAgentAndItsSessionAndSteersNoOther() throws Exception {
    ask("m1", "t1", "hello");
    answer();
    ask("m2", "t1", "and you?");
    answer();
    assertThat(zeroclaw.requests.getLast())
        .startsWith(
            "GET /ws/chat?agent=default&session_id=" + agent.turns.getLast().session() + " HTTP");
    assertThat(zeroclaw.steered).isEmpty();
  }

  @Test
  void whatNeedsAnApprovalIsDeniedAtOnceAndTheTurnGoesOn() throws Exception {
    agent.does((_, voice) -> voice.mayI("rm") ? "did it" : "was not allowed to");
    ask("m1", "t1", "hello");
    assertThat(answer().payload()).containsEntry("text", "was not allowed to");
  }

  @Test
  void anAnswerBehindWhichTheSocketIsClosedIsAnAnswer() throws Exception {
    zeroclaw.closesAfterAnswer = true;
    for (int i = 0; i < 20; i++) {
      ask("m" + i, "t1", "hello");
      assertThat(answer().envelope().id()).isEqualTo("m" + i + "-resp");
    }
  }

  @Test
  void aTurnThatSomebodyElseEndsIsToldToThePerson() throws Exception {
    agent.does((_, _) -> {
      throw new InterruptedException();
    });
    ask("m1", "t1", "hello");
    assertThat(answer().payload()).containsEntry("reason", "the turn was ended at the agent");
    await(() -> agent.ended.size() == 1);
  }
}
