package ai.prismer.claw.channel.discord;

import ai.prismer.claw.channel.vendor.Audience;
import ai.prismer.claw.channel.vendor.Place;
import ai.prismer.claw.channel.vendor.Question;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import net.dv8tion.jda.api.utils.data.DataArray;
import net.dv8tion.jda.api.utils.data.DataObject;
import org.jspecify.annotations.Nullable;

/** Which messages are for the agent, and what it reads of them. Decides, and does nothing. */
final class Questions {
  /** Kinds of messages that a person typed: a message, and a reply to one. */
  private static final Set<Integer> TYPED = Set.of(0, 19);

  private final DiscordSettings settings;

  Questions(DiscordSettings settings) {
    this.settings = settings;
  }

  /**
   * The question that a message is; null if it is none.
   *
   * @param channel our id of the conversation
   * @param message Discord's message object
   * @param self id of the bot's own user
   */
  @Nullable Question of(String channel, DataObject message, String self) {
    DataObject author = message.getObject("author");
    // Two programs that answer each other never end.
    if (author.getBoolean("bot")
        || author.getString("id").equals(self)
        || !message.isNull("webhook_id")
        || !TYPED.contains(message.getInt("type", 0))
        || !settings.audience().serves(channel)) {
      return null;
    }
    String said = message.getString("content", "");
    boolean mentions = said.contains("<@" + self + ">") || said.contains("<@!" + self + ">");
    if (settings.audience().mentionsOnly() && !mentions && !Audience.isDirect(channel)) {
      return null;
    }
    String text = said.replace("<@" + self + ">", "").replace("<@!" + self + ">", "").strip();
    DataArray files = message.optArray("attachments").orElseGet(DataArray::empty);
    if (text.isEmpty() && files.isEmpty()) {
      return null;
    }
    Place place = new Place(channel, message.getString("id"), null);
    return new Question(
        place, Snowflakes.time(place.message()), payload(text, files, author, channel));
  }

  private static ObjectNode payload(
      String text, DataArray files, DataObject author, String channel) {
    ObjectNode payload = JsonNodeFactory.instance.objectNode();
    StringBuilder read = new StringBuilder(text);
    for (int i = 0; i < files.length(); i++) {
      DataObject file = files.getObject(i);
      String name = file.getString("filename", "");
      String type = file.getString("content_type", "application/octet-stream");
      long bytes = file.getLong("size", 0);
      String link = file.getString("url", "");
      read.append(read.isEmpty() ? "" : "\n")
          .append("[file: %s, %s, %d bytes, %s]".formatted(name, type, bytes, link));
      payload
          .withArray("files")
          .addObject()
          .put("name", name)
          .put("type", type)
          .put("bytes", bytes)
          .put("link", link);
    }
    // A channel, a thread and a conversation with one person are all one thing to Discord.
    return payload
        .put("text", read.toString())
        .put("user", author.getString("id"))
        .put("channel", channel)
        .put("thread", channel);
  }
}
