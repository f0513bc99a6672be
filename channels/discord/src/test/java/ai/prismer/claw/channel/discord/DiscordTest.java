package ai.prismer.claw.channel.discord;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.bus.router.Outgoing;
import ai.prismer.claw.testkit.discord.DiscordDouble;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The sidecar between a bus and Discord, over real sockets on both sides. */
@Timeout(180)
class DiscordTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String ANNA = "700000000000000001";
  private static final String ROOM = "600000000000000001";
  private static final String DIRECT = "500000000000000001";

  @TempDir private Path folder;
  private DiscordDouble discord;
  private TalkingBus bus;
  private DiscordChannel channel;

  @BeforeEach
  void start() throws Exception {
    discord = DiscordDouble.start();
    bus = new TalkingBus(folder);
  }

  @AfterEach
  void end() throws IOException {
    if (channel != null) {
      channel.close();
    }
    discord.close();
    bus.end();
  }

  private Map<String, String> environment(String config) {
    Map<String, String> environment = new HashMap<>();
    environment.put("CHANNEL_NAME", "team");
    environment.put("DISCORD_BOT_TOKEN", DiscordDouble.TOKEN);
    environment.put("DISCORD_API_URL", discord.api());
    environment.put("DISCORD_GATEWAY_URL", discord.gateway());
    environment.put("IPC_SOCKET_PATH", TalkingBus.socket(folder).toString());
    environment.put(
        "CHANNEL_CONFIG",
        "{\"channels\":[\""
            + ROOM
            + "\"],\"listenPort\":0,\"editIntervalMillis\":100"
            + config
            + "}");
    return environment;
  }

  private void begin(String config) throws Exception {
    channel =
        DiscordChannel.start(DiscordSettings.read(environment(config)), InstantSource.system());
    until(() -> get("readyz").equals("ok\n"));
  }

  private String get(String path) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + channel.port() + "/" + path);
      return client
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  private static void until(Callable<Boolean> condition) {
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(condition);
  }

  private Outgoing next() throws InterruptedException {
    Outgoing turn = bus.asked.poll(60, TimeUnit.SECONDS);
    assertThat(turn).as("a question").isNotNull();
    return turn;
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
    discord.revoke();
    channel = DiscordChannel.start(DiscordSettings.read(environment("")), InstantSource.system());
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
    channel = DiscordChannel.start(DiscordSettings.read(environment("")), InstantSource.system());
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
