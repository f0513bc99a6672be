package ai.prismer.claw.channel.slack;

import ai.prismer.claw.channel.vendor.VendorException;
import com.slack.api.methods.response.conversations.ConversationsHistoryResponse;
import com.slack.api.methods.response.conversations.ConversationsListResponse;
import com.slack.api.methods.response.conversations.ConversationsRepliesResponse;
import com.slack.api.model.ConversationType;
import com.slack.api.model.Message;
import com.slack.api.model.ResponseMetadata;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What Slack gives page by page. So many pages, and no more: memory is bounded. */
final class Pages {
  private static final int PAGE = 200;
  private static final int MOST_PAGES = 20;

  private final SlackApi api;

  Pages(SlackApi api) {
    this.api = api;
  }

  /** Messages of a conversation after that time, less those in threads. */
  List<Message> history(String channel, Instant since)
      throws VendorException, InterruptedException {
    List<Message> found = new ArrayList<>();
    String cursor = "";
    for (int page = 0; page < MOST_PAGES && cursor != null; page++) {
      String from = cursor;
      ConversationsHistoryResponse response =
          api.patiently(client ->
              client.conversationsHistory(r ->
                  r.channel(channel)
                      .oldest(Timestamps.of(since))
                      .limit(PAGE)
                      .cursor(from)
                      .includeAllMetadata(true)));
      found.addAll(response.getMessages());
      cursor = next(response.getResponseMetadata());
    }
    return found;
  }

  /** Messages of a thread after that time. */
  List<Message> replies(String channel, String thread, Instant since)
      throws VendorException, InterruptedException {
    List<Message> found = new ArrayList<>();
    String cursor = "";
    for (int page = 0; page < MOST_PAGES && cursor != null; page++) {
      String from = cursor;
      ConversationsRepliesResponse response =
          api.patiently(client ->
              client.conversationsReplies(r ->
                  r.channel(channel)
                      .ts(thread)
                      .oldest(Timestamps.of(since))
                      .limit(PAGE)
                      .cursor(from)
                      .includeAllMetadata(true)));
      found.addAll(response.getMessages());
      cursor = next(response.getResponseMetadata());
    }
    return found;
  }

  /** Ids of the conversations with one person each. */
  List<String> direct() throws VendorException, InterruptedException {
    List<String> found = new ArrayList<>();
    String cursor = "";
    for (int page = 0; page < MOST_PAGES && cursor != null; page++) {
      String from = cursor;
      ConversationsListResponse response =
          api.patiently(client ->
              client.conversationsList(
                  r -> r.types(List.of(ConversationType.IM)).limit(PAGE).cursor(from)));
      response.getChannels().forEach(conversation -> found.add(conversation.getId()));
      cursor = next(response.getResponseMetadata());
    }
    return found;
  }

  private static @Nullable String next(@Nullable ResponseMetadata metadata) {
    String cursor = metadata == null ? null : metadata.getNextCursor();
    return cursor == null || cursor.isEmpty() ? null : cursor;
  }
}
