package ai.prismer.claw.channel.slack;

import com.fasterxml.jackson.databind.JsonNode;
import com.slack.api.model.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message of Slack, as an event tells of it or as the history has it: the same either way.
 *
 * @param channel id of the conversation
 * @param ts its id in it
 * @param thread {@code ts} of the thread's first message; null if it is in none, or begins one
 * @param user id of who said it, null if it was no user
 * @param bot whether a program said it
 * @param subtype what else it is, null for a plain message
 * @param text in Slack's own mark-up
 * @param files what was attached
 */
record SlackMessage(
    String channel,
    String ts,
    @Nullable String thread,
    @Nullable String user,
    boolean bot,
    @Nullable String subtype,
    String text,
    List<Attached> files) {

  /** A file, which stays at Slack. */
  record Attached(String name, String type, long bytes, String link) {}

  /** Of an event of type {@code message} or {@code app_mention}. */
  static SlackMessage of(JsonNode event) {
    List<Attached> files = new ArrayList<>();
    for (JsonNode file : event.path("files")) {
      files.add(
          new Attached(
              file.path("name").asText(),
              file.path("mimetype").asText(),
              file.path("size").asLong(),
              file.path("permalink").asText()));
    }
    String ts = event.path("ts").asText();
    return new SlackMessage(
        event.path("channel").asText(),
        ts,
        thread(ts, text(event, "thread_ts")),
        text(event, "user"),
        event.hasNonNull("bot_id"),
        text(event, "subtype"),
        event.path("text").asText(),
        files);
  }

  /** Of the history. */
  static SlackMessage of(String channel, Message message) {
    List<Attached> files = new ArrayList<>();
    if (message.getFiles() != null) {
      message
          .getFiles()
          .forEach(file ->
              files.add(
                  new Attached(
                      String.valueOf(file.getName()),
                      String.valueOf(file.getMimetype()),
                      file.getSize() == null ? 0 : file.getSize(),
                      String.valueOf(file.getPermalink()))));
    }
    return new SlackMessage(
        channel,
        message.getTs(),
        thread(message.getTs(), message.getThreadTs()),
        message.getUser(),
        message.getBotId() != null,
        message.getSubtype(),
        message.getText() == null ? "" : message.getText(),
        files);
  }

  /** The first message of a thread is told of with its own ts once it has answers. */
  private static @Nullable String thread(String ts, @Nullable String thread) {
    return ts.equals(thread) ? null : thread;
  }

  private static @Nullable String text(JsonNode event, String key) {
    return event.hasNonNull(key) ? event.get(key).asText() : null;
  }
}
