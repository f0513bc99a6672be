package ai.prismer.claw.channel.slack;

import ai.prismer.claw.channel.vendor.Audience;
import ai.prismer.claw.channel.vendor.Destination;
import ai.prismer.claw.channel.vendor.Place;
import ai.prismer.claw.channel.vendor.Room;
import ai.prismer.claw.channel.vendor.VendorException;
import com.slack.api.model.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Answers in Slack. Every message carries in its metadata which answer it is a part of: that is how
 * a sidecar that was killed finds what it had said.
 */
final class SlackRoom implements Room {
  /** Slack cuts longer texts, and refuses to replace them. */
  private static final int LONGEST = 3_900;

  private static final String EVENT = "claw_answer";
  private static final String ANSWER = "answer";
  private static final String PART = "part";

  private final SlackSettings settings;
  private final SlackApi api;
  private final Pages pages;

  SlackRoom(SlackSettings settings, SlackApi api) {
    this.settings = settings;
    this.api = api;
    this.pages = new Pages(api);
  }

  @Override
  public boolean serves(String channel) {
    return settings.audience().serves(channel);
  }

  /** In the question's thread, or one that begins with it; to direct messages just below. */
  @Override
  public Destination answerTo(Place question) {
    String thread =
        question.thread() != null || Audience.isDirect(question.channel())
            ? question.thread()
            : question.message();
    return new Destination(question.channel(), thread, question.message());
  }

  @Override
  public int longestText() {
    return LONGEST;
  }

  @Override
  public String post(Destination to, String key, int part, String text) throws VendorException {
    return api.call(client ->
            client.chatPostMessage(r ->
                r.channel(to.channel())
                    .threadTs(to.thread())
                    .text(Questions.escaped(text))
                    .metadata(metadata(key, part))))
        .getTs();
  }

  @Override
  public void edit(Destination to, String message, String key, int part, String text)
      throws VendorException {
    var _ =
        api.call(client ->
            client.chatUpdate(r ->
                r.channel(to.channel())
                    .ts(message)
                    .text(Questions.escaped(text))
                    .metadata(metadata(key, part))));
  }

  private static Message.Metadata metadata(String key, int part) {
    return Message.Metadata.builder()
        .eventType(EVENT)
        .eventPayload(Map.of(ANSWER, key, PART, Integer.toString(part)))
        .build();
  }

  @Override
  public List<String> find(Destination to, String key, Instant since)
      throws VendorException, InterruptedException {
    String thread = to.thread();
    List<Message> said =
        thread == null
            ? pages.history(to.channel(), since)
            : pages.replies(to.channel(), thread, since);
    List<Message> ours = new ArrayList<>();
    for (Message message : said) {
      Message.Metadata metadata = message.getMetadata();
      if (metadata != null
          && EVENT.equals(metadata.getEventType())
          && metadata.getEventPayload() != null
          && key.equals(metadata.getEventPayload().get(ANSWER))) {
        ours.add(message);
      }
    }
    ours.sort(Comparator.comparingInt(SlackRoom::part));
    return ours.stream().map(Message::getTs).toList();
  }

  private static int part(Message message) {
    String part = String.valueOf(message.getMetadata().getEventPayload().get(PART));
    return part.matches("\\d{1,6}") ? Integer.parseInt(part) : Integer.MAX_VALUE;
  }
}
