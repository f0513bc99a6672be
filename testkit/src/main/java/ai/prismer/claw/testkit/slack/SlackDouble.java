package ai.prismer.claw.testkit.slack;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Slack workspace with one app, on real sockets: Socket Mode and the methods that a channel
 * needs, as docs.slack.dev has them. Knobs for what goes wrong there; a log of what was asked.
 */
public final class SlackDouble implements AutoCloseable {
  /** What the app has to show for Socket Mode. */
  public static final String APP_TOKEN = "xapp-1-A1-1-app";

  /** What the app has to show for everything else. */
  public static final String BOT_TOKEN = "xoxb-1-1-bot";

  /** The app's own user. */
  public static final String SELF = "U0SELF";

  /** The app, as messages that it says name it. */
  public static final String BOT = "B0SELF";

  /** The conversation with one person. */
  public static final String DIRECT = "D0ANNA";

  /**
   * One call of a method.
   *
   * @param limited whether it was answered 429
   */
  public record Request(String method, Map<String, String> form, boolean limited) {}

  private final Workspace workspace = new Workspace();
  private final Sockets sockets = new Sockets();
  private final Methods methods;

  private SlackDouble() throws IOException, InterruptedException {
    sockets.begin();
    methods = new Methods(workspace, sockets::ticket);
  }

  /** A workspace in which nothing was said. */
  public static SlackDouble start() throws IOException, InterruptedException {
    return new SlackDouble();
  }

  /** Prefix of the methods. */
  public URI api() {
    return URI.create("http://127.0.0.1:" + methods.port() + "/api/");
  }

  /**
   * A person says something; the app is told if it is connected.
   *
   * @param thread ts of the first message of a thread, or null
   * @return its ts
   */
  public String say(String channel, String user, String text, @Nullable String thread) {
    return say(channel, user, text, thread, Map.of());
  }

  /** The same with more of what an event can have. */
  public String say(
      String channel, String user, String text, @Nullable String thread, Map<String, ?> more) {
    ObjectNode message = workspace.say(channel, user, text, thread);
    more.forEach((key, value) -> message.putPOJO(key, value));
    sockets.event(message, 0);
    return message.path("ts").asText();
  }

  /** A file is uploaded with some words. */
  public String upload(String channel, String user, String text, String name) {
    ObjectNode message = workspace.say(channel, user, text, null);
    message.put("subtype", "file_share");
    message
        .withArray("files")
        .addObject()
        .put("id", "F1")
        .put("name", name)
        .put("mimetype", "text/csv")
        .put("size", 2048)
        .put("permalink", "https://example.slack.com/files/F1/" + name);
    sockets.event(message, 0);
    return message.path("ts").asText();
  }

  /**
   * Tells the app of a message once more, as Slack does when it hears nothing.
   *
   * @param type {@code message} or {@code app_mention}
   * @return id of the envelope
   */
  public String tellAgain(String channel, String ts, String type) {
    ObjectNode message = workspace.find(channel, ts);
    if (message == null) {
      throw new IllegalArgumentException("nobody said " + ts);
    }
    return sockets.event(message.deepCopy().put("type", type), 1);
  }

  /** Whether the app said that the envelope arrived. */
  public boolean isAcknowledged(String envelope) {
    return sockets.acknowledged.contains(envelope);
  }

  /** Envelopes that the app said arrived. */
  public int acknowledged() {
    return sockets.acknowledged.size();
  }

  /** Connections that are open. */
  public int connections() {
    return sockets.connections();
  }

  /** Other programs use the same app token. */
  public void others(int connections) {
    sockets.others(connections);
  }

  /** Ends the connections without a word. */
  public void drop() {
    sockets.drop();
  }

  /** Asks for another connection, for {@code warning} or {@code refresh_requested}. */
  public void refresh(String reason) {
    sockets.refresh(reason);
  }

  /** Cannot be reached, or can again. */
  public void offline(boolean away) {
    methods.offline.set(away);
    if (away) {
      sockets.drop();
    }
  }

  /** The next calls of a method are answered 429. */
  public void limit(String method, int times, int retryAfterSeconds) {
    methods.limit(method, times, retryAfterSeconds);
  }

  /** The next calls of a method are done, and not answered. */
  public void tear(String method, int times) {
    methods.tear(method, times);
  }

  /** The next call of a method is done, not answered, and the last before nothing is reachable. */
  public void last(String method) {
    methods.last.set(method);
  }

  /** A method is refused from now on. */
  public void forbid(String method, String error) {
    methods.forbid(method, error);
  }

  /** No token is good any more. */
  public void revoke() {
    methods.revoke();
  }

  /** What was asked. */
  public List<Request> requests(String method) {
    return methods.requests.stream().filter(request -> request.method().equals(method)).toList();
  }

  /** Texts that the app said in a channel, as they stand now. */
  public List<String> answers(String channel) {
    List<String> texts = new ArrayList<>();
    for (ObjectNode message : workspace.of(channel)) {
      if (message.has("bot_id")) {
        texts.add(message.path("text").asText());
      }
    }
    return texts;
  }

  /** The threads in which they stand; empty for none. */
  public List<String> threads(String channel) {
    return workspace.of(channel).stream()
        .filter(message -> message.has("bot_id"))
        .map(message -> message.path("thread_ts").asText())
        .toList();
  }

  @Override
  public void close() {
    methods.close();
    try {
      sockets.stop(100);
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
  }
}
