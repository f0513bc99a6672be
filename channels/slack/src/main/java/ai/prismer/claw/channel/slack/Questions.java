package ai.prismer.claw.channel.slack;

import ai.prismer.claw.channel.vendor.Audience;
import ai.prismer.claw.channel.vendor.Place;
import ai.prismer.claw.channel.vendor.Question;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which messages are for the agent, and what it reads of them. Decides, and does nothing. */
final class Questions {
  /** Kinds of messages that a person typed; all others tell of joining, editing, removing. */
  private static final Set<String> TYPED = Set.of("file_share", "thread_broadcast", "me_message");

  private final SlackSettings settings;

  Questions(SlackSettings settings) {
    this.settings = settings;
  }

  /**
   * The question that a message is; null if it is none.
   *
   * @param self id of the app's own user
   */
  @Nullable Question of(SlackMessage message, String self) {
    // Two programs that answer each other never end.
    if (message.bot() || message.user() == null || message.user().equals(self)) {
      return null;
    }
    if (message.subtype() != null && !TYPED.contains(message.subtype())) {
      return null;
    }
    boolean direct = Audience.isDirect(message.channel());
    String mention = "<@" + self + ">";
    if (!settings.audience().serves(message.channel())
        || (settings.audience().mentionsOnly() && !direct && !message.text().contains(mention))) {
      return null;
    }
    String text = readable(message.text().replace(mention, "")).strip();
    if (text.isEmpty() && message.files().isEmpty()) {
      return null;
    }
    Place place = new Place(message.channel(), message.ts(), message.thread());
    return new Question(place, Timestamps.time(message.ts()), payload(message, text, place));
  }

  private static ObjectNode payload(SlackMessage message, String text, Place place) {
    ObjectNode payload = JsonNodeFactory.instance.objectNode();
    StringBuilder read = new StringBuilder(text);
    for (SlackMessage.Attached file : message.files()) {
      String line =
          "[file: %s, %s, %d bytes, %s]"
              .formatted(file.name(), file.type(), file.bytes(), file.link());
      read.append(read.isEmpty() ? "" : "\n").append(line);
      payload
          .withArray("files")
          .addObject()
          .put("name", file.name())
          .put("type", file.type())
          .put("bytes", file.bytes())
          .put("link", file.link());
    }
    return payload
        .put("text", read.toString())
        .put("user", String.valueOf(message.user()))
        .put("channel", message.channel())
        .put("thread", conversation(place));
  }

  /** What the agent takes for one conversation: a thread, or all that a person says directly. */
  private static String conversation(Place place) {
    if (place.thread() != null) {
      return place.channel() + ":" + place.thread();
    }
    return Audience.isDirect(place.channel())
        ? place.channel()
        : place.channel() + ":" + place.message();
  }

  /** Slack escapes three characters, and those only. */
  static String readable(String text) {
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
  }

  /** So that nothing an agent writes calls a person, a channel or everybody. */
  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
