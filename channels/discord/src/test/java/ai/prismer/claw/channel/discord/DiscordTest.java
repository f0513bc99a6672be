package ai.prismer.claw.channel.discord;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.bus.router.Outgoing;
import ai.prismer.claw.channel.fixture.SidecarCase;
import ai.prismer.claw.channel.vendor.RunningChannel;
import ai.prismer.claw.testkit.discord.DiscordDouble;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The sidecar between a bus and Discord, over real sockets on both sides. */
@Timeout(180)
class DiscordTest extends SidecarCase {
  static final String ANNA = "700000000000000001";
  static final String ROOM = "600000000000000001";
  private static final String DIRECT = "500000000000000001";

  private DiscordDouble discord;

  @AfterEach
  void catchAgain() {
    Awaitility.reset();
  }

  @BeforeEach
  void start() throws Exception {
    discord = DiscordDouble.start();
  }

  static Map<String, String> environment(DiscordDouble discord) {
    return Map.of(
        "DISCORD_BOT_TOKEN",
        DiscordDouble.TOKEN,
        "DISCORD_API_URL",
        discord.api(),
        "DISCORD_GATEWAY_URL",
        discord.gateway());
  }

  @Override
  protected Map<String, String> service() {
    return environment(discord);
  }

  @Override
  protected String room() {
    return ROOM;
  }

  @Override
  protected RunningChannel start(Map<String, String> environment) throws IOException {
    return DiscordChannel.start(DiscordSettings.read(environment), InstantSource.system());
  }

  @Override
  protected void closeService() {
    discord.close();
  }

  @Test
  void aMessageIsAnsweredByAReplyThatCallsNobody() throws Exception {
    begin("");
    String id = discord.say(ROOM, ANNA, "hello @everyone");
    until(() -> discord.answers(ROOM).equals(List.of("you said hello @everyone")));
    assertThat(discord.repliesTo(ROOM)).containsExactly(id);
    Outgoing turn = next();
    assertThat(turn.envelope().id()).isEqualTo(ROOM + ":" + id);
    assertThat(turn.address())
        .containsEntry("text", "hello @everyone")
        .containsEntry("user", ANNA)
        .containsEntry("channel", ROOM)
        .containsEntry("thread", ROOM);
    until(() -> bus.owed() == 0);
    assertThat(discord.requests("POST").getFirst().body())
        .contains("\"parse\":[]")
        .contains("\"replied_user\":false")
        .contains("\"enforce_nonce\":true");
    // Messages of servers, and what they say; nothing else.
    assertThat(discord.intents() & ~1).isEqualTo((1 << 9) | (1 << 15));
  }

  @Test
  void onlyWhatAPersonSaysInAChannelThatIsServedIsForTheAgent() throws Exception {
    begin(",\"directMessages\":true,\"mentionsOnly\":true");
    String mention = "<@" + DiscordDouble.SELF + "> ";
    discord.say("600000000000000002", ANNA, mention + "elsewhere");
    discord.say(ROOM, ANNA, "without a mention");
    discord.sayAsProgram(ROOM, ANNA, mention + "of a program");
    discord.upload(ROOM, ANNA, mention + "read this", "costs.csv");
    discord.sayDirectly(DIRECT, ANNA, "directly");
    until(() -> discord.answers(DIRECT).size() == 1);
    assertThat(bus.texts())
        .containsExactly(
            "read this\n[file: costs.csv, text/csv, 2048 bytes, https://cdn.example.org/costs.csv]",
            "directly");
    assertThat(get("metrics")).contains("outcome=\"ignored\"} 3");
  }

  @Test
  void anAnswerThatIsMadeIsOneMessageThatIsReplaced() throws Exception {
    begin("");
    bus.holding = true;
    discord.say(ROOM, ANNA, "count");
    Outgoing turn = next();
    bus.piece(turn, "one, ");
    until(() -> discord.answers(ROOM).equals(List.of("one, ")));
    bus.piece(turn, "two");
    until(() -> discord.answers(ROOM).equals(List.of("one, two")));
    bus.answer(turn, "one, two, three");
    until(() -> discord.answers(ROOM).equals(List.of("one, two, three")) && bus.owed() == 0);
    assertThat(discord.requests("POST")).hasSize(1);
  }

  @Test
  void anAnswerBeyondTheLongestMessageIsSaidInParts() throws Exception {
    begin("");
    bus.holding = true;
    discord.say(ROOM, ANNA, "much");
    String text = "word ".repeat(600).strip();
    bus.answer(next(), text);
    until(() -> discord.answers(ROOM).size() == 2 && bus.owed() == 0);
    assertThat(String.join(" ", discord.answers(ROOM))).isEqualTo(text);
  }

  @Test
  void aSessionGoesOnAfterItsConnectionBrokeAndNothingIsAskedTwice() throws Exception {
    begin("");
    String id = discord.say(ROOM, ANNA, "before");
    until(() -> discord.answers(ROOM).size() == 1);
    discord.drop();
    discord.say(ROOM, ANNA, "meanwhile");
    until(() -> discord.resumed() == 1 && discord.answers(ROOM).size() == 2);
    discord.tellAgain(id);
    discord.say(ROOM, ANNA, "after");
    until(() -> discord.answers(ROOM).size() == 3);
    assertThat(bus.texts()).containsExactly("before", "meanwhile", "after");
    assertThat(discord.identified()).isEqualTo(1);
  }

  @Test
  void whatWasSaidWhileDiscordForgotTheSessionIsAskedOnceAndInOrder() throws Exception {
    begin("");
    discord.say(ROOM, ANNA, "before");
    until(() -> discord.answers(ROOM).size() == 1);
    discord.offline(true, true);
    for (int i = 1; i <= 5; i++) {
      discord.say(ROOM, ANNA, "missed " + i);
    }
    until(() -> !get("readyz").equals("ok\n"));
    discord.offline(false, true);
    until(() -> discord.answers(ROOM).size() == 6);
    assertThat(bus.texts())
        .containsExactly("before", "missed 1", "missed 2", "missed 3", "missed 4", "missed 5");
    assertThat(discord.identified()).isEqualTo(2);
  }

  @Test
  void whatWasSaidWhileTheSidecarWasAwayIsAskedByTheNextOne() throws Exception {
    begin("");
    discord.say(ROOM, ANNA, "before");
    until(() -> discord.answers(ROOM).size() == 1 && bus.owed() == 0);
    channel.close();
    for (int i = 1; i <= 5; i++) {
      discord.say(ROOM, ANNA, "missed " + i);
    }
    begin("");
    until(() -> discord.answers(ROOM).size() == 6);
    assertThat(bus.texts())
        .containsExactly("before", "missed 1", "missed 2", "missed 3", "missed 4", "missed 5");
  }

  @Test
  void anAnswerWaitsAsLongAsDiscordSays() throws Exception {
    begin("");
    discord.limit(1);
    discord.say(ROOM, ANNA, "hello");
    until(() -> discord.answers(ROOM).equals(List.of("you said hello")) && bus.owed() == 0);
    assertThat(discord.requests("POST"))
        .extracting(DiscordDouble.Request::limited)
        .containsExactly(true, false);
  }

  @Test
  void anAnswerThatDiscordRefusesForGoodBecomesADeadLetter() throws Exception {
    begin("");
    discord.forbid();
    discord.say(ROOM, ANNA, "hello");
    until(() -> bus.asked.size() == 1 && bus.buried() == 1);
    assertThat(discord.requests("POST")).hasSize(1);
  }

  @Test
  void anAnswerOfWhichASidecarDidNotHearIsFoundByTheNextOne() throws Exception {
    begin("");
    discord.lastMessage();
    discord.say(ROOM, ANNA, "hello");
    until(() -> discord.answers(ROOM).size() == 1);
    assertThat(bus.owed()).isEqualTo(1);
    channel.close();
    discord.offline(false, true);
    begin("");
    until(() -> bus.owed() == 0);
    assertThat(discord.answers(ROOM)).containsExactly("you said hello");
  }

  @Test
  void aWrongTokenIsSaidAndNotTriedAgainAtOnce() throws Exception {
    // Its client's own worker, told to stop in the middle of a refusal, now and then says so by an
    // exception that nobody catches.
    Awaitility.doNotCatchUncaughtExceptionsByDefault();
    discord.revoke();
    channel = start(environment(""));
    until(() -> get("readyz").startsWith("Discord refuses the token"));
    int asked = discord.requests("GET").size();
    await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(10))
        .until(() -> discord.requests("GET").size() == asked);
    assertThat(get("healthz")).isEqualTo("ok\n");
  }

  @Test
  void aMissingIntentIsSaid() throws Exception {
    discord.refuse(4014);
    channel = start(environment(""));
    until(() -> get("readyz").startsWith("Discord refuses the intents"));
  }

  @Test
  void aMistakeIsSaidWithoutTheSecret() {
    Map<String, String> environment = environment("");
    environment.put("CHANNEL_CONFIG", "{\"channels\":[\"general\"]}");
    assertThatThrownBy(() -> DiscordSettings.read(environment))
        .hasMessageContaining("channels must be");
    environment.put("CHANNEL_CONFIG", "{\"directMessages\":true}");
    assertThat(DiscordSettings.read(environment).toString()).doesNotContain(DiscordDouble.TOKEN);
    environment.put("DISCORD_BOT_TOKEN", "");
    assertThatThrownBy(() -> DiscordSettings.read(environment))
        .hasMessageContaining("DISCORD_BOT_TOKEN must be");
  }
}
