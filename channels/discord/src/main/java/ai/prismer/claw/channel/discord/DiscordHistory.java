package ai.prismer.claw.channel.discord;

import ai.prismer.claw.channel.vendor.Audience;
import ai.prismer.claw.channel.vendor.History;
import ai.prismer.claw.channel.vendor.Question;
import ai.prismer.claw.channel.vendor.VendorException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import net.dv8tion.jda.api.utils.data.DataObject;

/**
 * What was said in the channels that are served while nobody listened. Discord does not tell a bot
 * its conversations with single people, so of those only the ones that this process heard of are
 * asked for. Thread-safe.
 */
final class DiscordHistory implements History {
  private static final int MOST_PAGES = 20;
  private static final int MOST_DIRECT = 1_000;

  private final DiscordSettings settings;
  private final Rest rest;
  private final Questions questions;
  private final Set<String> direct = ConcurrentHashMap.newKeySet();

  DiscordHistory(DiscordSettings settings, Rest rest, Questions questions) {
    this.settings = settings;
    this.rest = rest;
    this.questions = questions;
  }

  /** Somebody spoke directly to the bot. */
  void heard(String channel) {
    if (Audience.isDirect(channel)
        && settings.audience().directMessages()
        && direct.size() < MOST_DIRECT) {
      direct.add(channel);
    }
  }

  @Override
  public Instant timeOf(String message) {
    return Snowflakes.time(message);
  }

  @Override
  public List<Question> since(Instant since) throws VendorException {
    List<String> channels = new ArrayList<>(settings.audience().channels());
    channels.addAll(direct);
    String self = rest.self();
    List<Question> missed = new ArrayList<>();
    for (String channel : channels) {
      String after = Snowflakes.before(since);
      for (int page = 0; page < MOST_PAGES; page++) {
        List<DataObject> messages = rest.after(channel, after);
        for (DataObject message : messages) {
          Question question = questions.of(channel, message, self);
          if (question != null) {
            missed.add(question);
          }
        }
        if (messages.size() < Rest.PAGE) {
          break;
        }
        after = DiscordRoom.newest(messages, after);
      }
    }
    missed.sort(Comparator.comparingLong(question -> Long.parseLong(question.place().message())));
    return missed;
  }
}
