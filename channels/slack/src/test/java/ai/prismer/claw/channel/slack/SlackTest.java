package ai.prismer.claw.channel.slack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.bus.router.Outgoing;
import ai.prismer.claw.bus.server.ChannelMode;
import ai.prismer.claw.channel.fixture.SidecarCase;
import ai.prismer.claw.channel.vendor.RunningChannel;
import ai.prismer.claw.testkit.slack.SlackDouble;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The sidecar between a bus and a workspace, over real sockets on both sides. */
@Timeout(180)
class SlackTest extends SidecarCase {
  static final String ANNA = "U0ANNA";
  static final String ROOM = "C0ROOM";

  private SlackDouble slack;

  @BeforeEach
  void start() throws Exception {
    slack = SlackDouble.start();
  }

  static Map<String, String> environment(SlackDouble slack) {
    return Map.of(
        "SLACK_BOT_TOKEN",
        SlackDouble.BOT_TOKEN,
        "SLACK_APP_TOKEN",
        SlackDouble.APP_TOKEN,
        "SLACK_API_URL",
        slack.api().toString());
  }

  @Override
  protected Map<String, String> service() {
    return environment(slack);
  }

  @Override
  protected String room() {
    return ROOM;
  }

  @Override
  protected RunningChannel start(Map<String, String> environment) throws IOException {
    return SlackChannel.start(SlackSettings.read(environment), InstantSource.system());
  }

  @Override
  protected void closeService() {
    slack.close();
  }

  @Test
  void aMessageIsAnsweredInTheThreadThatItBegins() throws Exception {
    begin("");
    String ts = slack.say(ROOM, ANNA, "is 1 &lt; 2?", null);
    until(() -> slack.answers(ROOM).equals(List.of("you said is 1 &lt; 2?")));
    assertThat(slack.threads(ROOM)).containsExactly(ts);
    Outgoing turn = next();
    assertThat(turn.envelope().id()).isEqualTo(ROOM + ":" + ts);
    assertThat(turn.address())
        .containsEntry("text", "is 1 < 2?")
        .containsEntry("user", ANNA)
        .containsEntry("channel", ROOM)
        .containsEntry("thread", ROOM + ":" + ts);
    until(() -> bus.owed() == 0 && slack.acknowledged() == 1);

    String later = slack.say(ROOM, ANNA, "and in here?", ts);
    until(() -> slack.answers(ROOM).size() == 2);
    assertThat(slack.threads(ROOM)).containsExactly(ts, ts);
    Outgoing second = next();
    assertThat(second.envelope().id()).isEqualTo(ROOM + ":" + later + ":" + ts);
    assertThat(second.address()).containsEntry("thread", ROOM + ":" + ts);
  }

  @Test
  void onlyWhatAPersonSaysInAChannelThatIsServedIsForTheAgent() throws Exception {
    begin(",\"directMessages\":true,\"mentionsOnly\":true");
    slack.say("C0OTHER", ANNA, "<@U0SELF> elsewhere", null);
    slack.say(ROOM, ANNA, "without a mention", null);
    slack.say(ROOM, ANNA, "<@U0SELF> of a program", null, Map.of("bot_id", "B0OTHER"));
    slack.say(ROOM, SlackDouble.SELF, "<@U0SELF> by itself", null);
    slack.say(ROOM, ANNA, "<@U0SELF> edited", null, Map.of("subtype", "message_changed"));
    slack.upload(ROOM, ANNA, "<@U0SELF> read this", "costs.csv");
    slack.say(SlackDouble.DIRECT, ANNA, "directly", null);
    until(() -> bus.asked.size() == 2 && slack.acknowledged() == 7);
    // Two conversations: nobody promises which of them comes first.
    assertThat(bus.texts())
        .containsExactlyInAnyOrder(
            "read this\n[file: costs.csv, text/csv, 2048 bytes,"
                + " https://example.slack.com/files/F1/costs.csv]",
            "directly");
    until(() -> slack.answers(SlackDouble.DIRECT).size() == 1);
    assertThat(slack.threads(SlackDouble.DIRECT)).containsExactly("");
    assertThat(slack.answers("C0OTHER")).isEmpty();
  }

  @Test
  void anAnswerThatIsMadeIsOneMessageThatIsReplaced() throws Exception {
    begin("");
    bus.holding = true;
    slack.say(ROOM, ANNA, "count", null);
    Outgoing turn = next();
    bus.piece(turn, "one, ");
    until(() -> slack.answers(ROOM).equals(List.of("one, ")));
    bus.piece(turn, "two");
    until(() -> slack.answers(ROOM).equals(List.of("one, two")));
    bus.answer(turn, "one, two, <!channel> & three");
    until(() -> slack.answers(ROOM).equals(List.of("one, two, &lt;!channel&gt; &amp; three")));
    until(() -> bus.owed() == 0);
    assertThat(slack.requests("chat.postMessage")).hasSize(1);
    assertThat(slack.requests("chat.update")).hasSizeBetween(2, 3);
  }

  @Test
  void anAnswerBeyondTheLongestMessageIsSaidInParts() throws Exception {
    begin("");
    bus.holding = true;
    slack.say(ROOM, ANNA, "much", null);
    String text = "word ".repeat(1000).strip();
    bus.answer(next(), text);
    until(() -> bus.owed() == 0);
    assertThat(slack.answers(ROOM)).hasSize(2);
    assertThat(String.join(" ", slack.answers(ROOM))).isEqualTo(text);
  }

  @Test
  void aMessageThatSlackTellsOfAgainIsOneQuestion() throws Exception {
    begin("");
    String ts = slack.say(ROOM, ANNA, "once", null);
    until(() -> slack.answers(ROOM).size() == 1);
    String again = slack.tellAgain(ROOM, ts, "message");
    String mention = slack.tellAgain(ROOM, ts, "app_mention");
    until(() -> slack.isAcknowledged(again) && slack.isAcknowledged(mention));
    slack.say(ROOM, ANNA, "twice", null);
    until(() -> slack.answers(ROOM).size() == 2);
    assertThat(bus.texts()).containsExactly("once", "twice");
  }

  @Test
  void whatWasSaidWhileSlackWasAwayIsAskedOnceAndInOrder() throws Exception {
    begin("");
    String ts = slack.say(ROOM, ANNA, "before", null);
    until(() -> slack.answers(ROOM).size() == 1);
    slack.offline(true);
    for (int i = 1; i <= 3; i++) {
      slack.say(ROOM, ANNA, "missed " + i, null);
    }
    slack.say(ROOM, ANNA, "missed 4", ts);
    slack.say(ROOM, ANNA, "missed 5", null);
    until(() -> !get("readyz").equals("ok\n"));
    slack.offline(false);
    until(() -> slack.answers(ROOM).size() == 6);
    assertThat(bus.texts())
        .containsExactly("before", "missed 1", "missed 2", "missed 3", "missed 4", "missed 5");
    assertThat(get("metrics")).contains("claw_channel_caught_up_total 5");
  }

  @Test
  void whatWasSaidWhileTheSidecarWasAwayIsAskedByTheNextOne() throws Exception {
    begin("");
    slack.say(ROOM, ANNA, "before", null);
    until(() -> slack.answers(ROOM).size() == 1 && bus.owed() == 0);
    channel.close();
    for (int i = 1; i <= 5; i++) {
      slack.say(ROOM, ANNA, "missed " + i, null);
    }
    begin("");
    until(() -> slack.answers(ROOM).size() == 6);
    assertThat(bus.texts())
        .containsExactly("before", "missed 1", "missed 2", "missed 3", "missed 4", "missed 5");
  }

  @Test
  void aNewAgentDoesNotAnswerWhatWasSaidBeforeItCame() throws Exception {
    slack.say(ROOM, ANNA, "long ago", null);
    begin("");
    slack.say(ROOM, ANNA, "now", null);
    until(() -> slack.answers(ROOM).size() == 1);
    until(() -> !slack.requests("conversations.history").isEmpty());
    assertThat(bus.texts()).containsExactly("now");
  }

  @Test
  void whatIsSaidWhileTheBusIsAwayIsNotAcknowledgedAndNotLost() throws Exception {
    begin("");
    bus.end();
    until(() -> get("readyz").equals("no bus\n"));
    String ts = slack.say(ROOM, ANNA, "to nobody", null);
    String again = slack.tellAgain(ROOM, ts, "message");
    bus.begin();
    until(() -> slack.answers(ROOM).equals(List.of("you said to nobody")));
    until(() -> slack.isAcknowledged(again));
    assertThat(bus.texts()).containsExactly("to nobody");
  }

  @Test
  void whatTheBusWillNeverTakeIsNotToldOfAgain() throws Exception {
    startBus(ChannelMode.OUTBOUND);
    begin("");
    slack.say(ROOM, ANNA, "not allowed", null);
    until(() -> slack.acknowledged() == 1);
    assertThat(get("metrics")).contains("outcome=\"refused\"} 1");
    assertThat(bus.asked).isEmpty();
  }

  @Test
  void anAnswerWaitsAsLongAsSlackSays() throws Exception {
    begin("");
    slack.limit("chat.postMessage", 1, 1);
    slack.say(ROOM, ANNA, "hello", null);
    until(() -> slack.answers(ROOM).equals(List.of("you said hello")));
    assertThat(slack.requests("chat.postMessage"))
        .extracting(SlackDouble.Request::limited)
        .containsExactly(true, false);
    assertThat(get("metrics")).contains("claw_channel_rate_limited_total 1");
  }

  @Test
  void anAnswerOfWhichNobodyKnowsWhetherItWasSaidIsNotSaidTwice() throws Exception {
    begin("");
    slack.tear("chat.postMessage", 1);
    slack.say(ROOM, ANNA, "hello", null);
    until(() -> slack.answers(ROOM).size() == 1 && bus.owed() == 0);
    assertThat(slack.requests("chat.postMessage")).hasSize(1);
    assertThat(slack.answers(ROOM)).containsExactly("you said hello");
  }

  @Test
  void anAnswerThatSlackRefusesForGoodBecomesADeadLetter() throws Exception {
    begin("");
    slack.forbid("chat.postMessage", "is_archived");
    slack.say(ROOM, ANNA, "hello", null);
    until(() -> bus.asked.size() == 1 && bus.buried() == 1);
    assertThat(slack.requests("chat.postMessage")).hasSize(1);
  }

  @Test
  void aConnectionThatSlackWantsReplacedIsReplacedBeforeItEnds() throws Exception {
    begin("");
    slack.refresh("warning");
    until(() -> slack.requests("apps.connections.open").size() == 2 && slack.connections() == 1);
    assertThat(get("readyz")).isEqualTo("ok\n");
    slack.drop();
    until(() -> slack.requests("apps.connections.open").size() == 3 && slack.connections() == 1);
    slack.say(ROOM, ANNA, "still there?", null);
    until(() -> slack.answers(ROOM).size() == 1);
  }

  @Test
  void aWrongTokenIsSaidAndNotTriedAgainAtOnce() throws Exception {
    Map<String, String> environment = environment("");
    environment.put("SLACK_APP_TOKEN", "xapp-of-another-app");
    channel = start(environment);
    until(() -> get("readyz").startsWith("Slack refuses the tokens: invalid_auth"));
    await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(10))
        .until(() -> slack.requests("apps.connections.open").size() == 1);
    assertThat(get("readyz")).doesNotContain("xapp-of");
    assertThat(get("healthz")).isEqualTo("ok\n");
  }

  @Test
  void anAppTokenThatOthersUseTooIsToldOf() throws Exception {
    slack.others(2);
    begin("");
    assertThat(get("metrics")).contains("claw_channel_app_connections 3");
  }
}
