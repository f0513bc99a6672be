package ai.prismer.claw.testkit.discord;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;

/**
 * Discord with one bot, on real sockets: the gateway and the REST interface that a channel needs,
 * as docs.discord.com has them. Knobs for what goes wrong there; a log of what was asked.
 */
public final class DiscordDouble implements AutoCloseable {
  /** What the bot has to show. */
  public static final String TOKEN = "MTIz.bot.token";

  /** The bot's own user. */
  public static final String SELF = "900000000000000001";

  private static final String SERVER = "800000000000000001";

  /**
   * One request to the REST interface.
   *
   * @param limited whether it was answered 429
   */
  public record Request(String method, String path, String body, boolean limited) {}

  private final Rooms rooms = new Rooms();
  private final GatewayServer gateway = new GatewayServer();
  private final RestInterface rest;

  private DiscordDouble() throws IOException, InterruptedException {
    gateway.begin();
    rest = new RestInterface(rooms);
  }

  /** A Discord in which nothing was said. */
  public static DiscordDouble start() throws IOException, InterruptedException {
    return new DiscordDouble();
  }

  static ObjectNode self() {
    return user(SELF, true);
  }

  private static ObjectNode user(String id, boolean bot) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id)
        .put("username", "user" + id)
        .put("discriminator", "0")
        .put("bot", bot)
        .put("verified", true)
        .put("mfa_enabled", false)
        .putNull("avatar")
        .putNull("global_name");
  }

  /** Prefix of the REST interface. */
  public String api() {
    return "http://127.0.0.1:" + rest.port() + "/api/v10/";
  }

  /** Address of the gateway. */
  public String gateway() {
    return gateway.url();
  }

  /** A person says something in a server's channel; its id. */
  public String say(String channel, String user, String text) {
    return tell(rooms.say(channel, user(user, false), text), true);
  }

  /** A person says something to the bot alone. */
  public String sayDirectly(String channel, String user, String text) {
    return tell(rooms.say(channel, user(user, false), text), false);
  }

  /** A program says something. */
  public String sayAsProgram(String channel, String user, String text) {
    return tell(rooms.say(channel, user(user, true), text), true);
  }

  /** A file is uploaded with some words. */
  public String upload(String channel, String user, String text, String name) {
    ObjectNode message = rooms.say(channel, user(user, false), text);
    message
        .withArray("attachments")
        .addObject()
        .put("id", "1")
        .put("filename", name)
        .put("content_type", "text/csv")
        .put("size", 2048)
        .put("url", "https://cdn.example.org/" + name);
    return tell(message, true);
  }

  private String tell(ObjectNode message, boolean server) {
    ObjectNode event = message.deepCopy();
    if (server) {
      event.put("guild_id", SERVER);
    }
    gateway.dispatch("MESSAGE_CREATE", event);
    return message.path("id").asText();
  }

  /** Tells of a message once more. */
  public void tellAgain(String id) {
    ObjectNode message = rooms.find(id);
    if (message == null) {
      throw new IllegalArgumentException("nobody said " + id);
    }
    tell(message, true);
  }

  /** Whether the bot is connected. */
  public boolean isReady() {
    return gateway.isReady();
  }

  /** Sessions that began. */
  public int identified() {
    return gateway.identified();
  }

  /** Sessions that went on after their connection broke. */
  public int resumed() {
    return gateway.resumed();
  }

  /** Bits of what the bot wanted to be told of. */
  public long intents() {
    return gateway.intents();
  }

  /** Ends the connection without a word. */
  public void drop() {
    gateway.drop();
  }

  /**
   * Cannot be reached, or can again.
   *
   * @param forgets whether the session is not known afterwards
   */
  public void offline(boolean away, boolean forgets) {
    rest.offline.set(away);
    gateway.offline(away, forgets);
  }

  /** The next messages of the bot are answered 429. */
  public void limit(int times) {
    rest.limited.set(times);
  }

  /** The bot may not write any more. */
  public void forbid() {
    rest.forbidden.set(true);
  }

  /**
   * The next message of the bot is there, not answered, and the last before nothing is reachable.
   */
  public void lastMessage() {
    rest.offlineAfterCreate.set(true);
  }

  /** The token is not good any more. */
  public void revoke() {
    rest.revoked.set(true);
  }

  /** Who connects is refused, such as with 4014 for intents. */
  public void refuse(int closeCode) {
    gateway.refuse(closeCode);
  }

  /** What was asked. */
  public List<Request> requests(String method) {
    return rest.requests.stream().filter(request -> request.method().equals(method)).toList();
  }

  /** Texts that the bot said in a channel, as they stand now. */
  public List<String> answers(String channel) {
    return rooms.of(channel).stream()
        .filter(message -> message.path("author").path("id").asText().equals(SELF))
        .map(message -> message.path("content").asText())
        .toList();
  }

  /** Ids of the messages to which those are replies. */
  public List<String> repliesTo(String channel) {
    return rooms.of(channel).stream()
        .filter(message -> message.path("author").path("id").asText().equals(SELF))
        .map(message -> message.path("message_reference").path("message_id").asText())
        .toList();
  }

  @Override
  public void close() {
    rest.close();
    try {
      gateway.stop(100);
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
  }
}
