package ai.prismer.claw.bus.bridge;

import static ai.prismer.claw.bus.BusFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.bus.Wire;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The bridge against turns whose end nobody says. */
class PicoBridgeTest extends BridgeConformance {
  private final PicoServer pico = new PicoServer(agent);

  @Override
  StandIn standIn() {
    return pico;
  }

  @Override
  String afterKill() {
    return "-unknown";
  }

  private static ObjectNode message(String id, String content) {
    return JsonNodeFactory.instance.objectNode().put("message_id", id).put("content", content);
  }

  private String session() {
    return agent.turns.getLast().session();
  }

  @Test
  void theLastMessageThatIsNotTakenBackIsTheAnswer() throws Exception {
    agent.does((_, _) -> {
      pico.say(session(), "message.create", message("a", "I look it up."));
      pico.say(session(), "message.create", message("b", "No, wait"));
      pico.say(session(), "message.delete", message("b", ""));
      pico.say(session(), "message.update", message("a", "It is 42."));
      return "";
    });
    ask("m1", "t1", "hello");
    assertThat(answer().payload()).containsEntry("text", "It is 42.");
  }

  @Test
  void aMessageIsNoAnswerWhileTheAgentTypes() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    agent.does((_, _) -> {
      pico.say(session(), "message.create", message("a", "One moment."));
      release.await();
      return "Done.";
    });
    ask("m1", "t1", "hello");
    await(() -> !agent.turns.isEmpty());
    Wire.Frame early = slack.poll(3000);
    while (early != null && !early.envelope().type().equals("message")) {
      early = slack.poll(3000);
    }
    assertThat(early).isNull();
    release.countDown();
    assertThat(slack.next("message").payload()).containsEntry("text", "Done.");
  }

  @Test
  void aTurnIsNotLostWithTheConnectionOnWhichNothingIsSaid() throws Exception {
    CountDownLatch release = agent.holds("once");
    ask("m1", "t1", "hello");
    await(() -> !agent.turns.isEmpty());
    int watched = pico.requests.size();
    pico.leaveWatch();
    await(() -> pico.requests.size() > watched);
    release.countDown();
    assertThat(answer().envelope().id()).isEqualTo("m1-resp");
  }

  @Test
  void whatAStoppedTurnSaysIsNoAnswerToTheNext() throws Exception {
    bus.close();
    startBus(Duration.ofSeconds(8));
    CountDownLatch never = agent.holds("too late");
    ask("m1", "t1", "hello");
    assertThat(answer().envelope().id()).isEqualTo("m1-err");
    agent.does((_, _) -> "fresh");
    ask("m2", "t1", "again");
    assertThat(answer().payload()).containsEntry("text", "fresh");
    assertThat(pico.steered).isEmpty();
    never.countDown();
  }
}
