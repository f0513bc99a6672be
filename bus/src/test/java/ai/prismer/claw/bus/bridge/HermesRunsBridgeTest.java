package ai.prismer.claw.bus.bridge;

import static ai.prismer.claw.bus.BusFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The bridge against runs that outlive who listens to them. */
class HermesRunsBridgeTest extends BridgeConformance {
  private final HermesServer hermes = new HermesServer(agent);

  @Override
  StandIn standIn() {
    return hermes;
  }

  @Override
  String afterKill() {
    return "-err";
  }

  @Test
  void aRunWhoseEventsBrokeOffIsAskedForItsAnswerAndNotMadeAgain() throws Exception {
    hermes.cuts.set(1);
    ask("m1", "t1", "hello");
    assertThat(answer().payload()).containsEntry("text", "Good day to you.");
    assertThat(agent.turns).hasSize(1);
    assertThat(hermes.posted).hasSize(1);
  }

  @Test
  void aTurnThatIsSentAgainIsTheSameToTheLetter() throws Exception {
    CountDownLatch release = agent.holds("once");
    ask("m1", "t1", "hello");
    await(() -> !agent.turns.isEmpty());
    bus.restart(bridge());
    slack = bus.client("slack");
    await(() -> hermes.posted.size() == 2);
    release.countDown();
    answer();
    assertThat(hermes.posted.get(1)).isEqualTo(hermes.posted.get(0));
  }

  @Test
  void whatNeedsAnApprovalIsDeniedAtOnceAndTheRunGoesOn() throws Exception {
    agent.does((_, voice) -> voice.mayI("rm") ? "did it" : "was not allowed to");
    ask("m1", "t1", "hello");
    assertThat(answer().payload()).containsEntry("text", "was not allowed to");
  }

  @Test
  void anApprovalThatIsAskedForAfterTheEventsBrokeOffIsDeniedToo() throws Exception {
    hermes.cuts.set(1);
    agent.does((_, voice) -> {
      voice.say("I begin");
      await(() -> hermes.cuts.get() == 0);
      return voice.mayI("rm") ? "did it" : "was not allowed to";
    });
    ask("m1", "t1", "hello");
    assertThat(answer().envelope().id()).isEqualTo("m1-resp");
  }

  @Test
  void anOlderVersionThatKeepsNoKeysIsNotAskedTwice() throws Exception {
    hermes.durable = false;
    bus.close();
    startBus(Duration.ofSeconds(60));
    CountDownLatch release = agent.holds("once");
    ask("m1", "t1", "hello");
    await(() -> !agent.turns.isEmpty());
    bus.restart(bridge());
    slack = bus.client("slack");
    assertThat(answer().envelope().id()).isEqualTo("m1-unknown");
    release.countDown();
    assertThat(agent.turns).hasSize(1);
  }

  @Test
  void aTurnThatWasLostByAVersionThatKeepsKeysIsNotSentToOneThatDoesNot() throws Exception {
    CountDownLatch release = agent.holds("once");
    ask("m1", "t1", "hello");
    await(() -> !agent.turns.isEmpty());
    hermes.durable = false;
    hermes.kill();
    release.countDown();
    await(() -> !bus.bus().ask(() -> bus.bus().runtime().isUp()).join());
    hermes.start();
    assertThat(answer().envelope().id()).isEqualTo("m1-unknown");
    assertThat(agent.turns).hasSize(1);
  }
}
