package ai.prismer.claw.channel.slack;

import ai.prismer.claw.channel.vendor.History;
import ai.prismer.claw.channel.vendor.Question;
import ai.prismer.claw.channel.vendor.VendorException;
import com.slack.api.model.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What was said in the channels that are served while nobody listened, in threads too: Slack tells
 * of the messages of a thread only if asked for that thread, so those that began lately enough are
 * looked at for answers that are new.
 */
final class SlackHistory implements History {
  /** How much older than what was missed the first message of a thread may be. */
  private static final Duration THREADS = Duration.ofDays(1);

  private final SlackSettings settings;
  private final SlackApi api;
  private final Questions questions;
  private final Pages pages;

  SlackHistory(SlackSettings settings, SlackApi api, Questions questions) {
    this.settings = settings;
    this.api = api;
    this.questions = questions;
    this.pages = new Pages(api);
  }

  @Override
  public Instant timeOf(String message) {
    return Timestamps.time(message);
  }

  @Override
  public List<Question> since(Instant since) throws VendorException, InterruptedException {
    List<String> channels = new ArrayList<>(settings.audience().channels());
    if (settings.audience().directMessages()) {
      channels.addAll(pages.direct());
    }
    List<Question> missed = new ArrayList<>();
    for (String channel : channels) {
      for (Message message : pages.history(channel, since.minus(THREADS))) {
        add(missed, channel, message, since);
        String latest = message.getLatestReply();
        if (latest != null && Timestamps.time(latest).isAfter(since)) {
          for (Message reply : pages.replies(channel, message.getTs(), since)) {
            add(missed, channel, reply, since);
          }
        }
      }
    }
    missed.sort(Comparator.comparing(Question::at));
    return missed;
  }

  private void add(List<Question> missed, String channel, Message message, Instant since)
      throws VendorException {
    SlackMessage read = SlackMessage.of(channel, message);
    // The first message of a thread comes with the thread whatever its age.
    if (Timestamps.time(read.ts()).isBefore(since)) {
      return;
    }
    Question question = questions.of(read, api.self());
    boolean known =
        question == null
            || missed.stream().anyMatch(other -> other.place().equals(question.place()));
    if (!known) {
      missed.add(question);
    }
  }
}
