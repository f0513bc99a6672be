package ai.prismer.claw.channel.discord;

import ai.prismer.claw.channel.vendor.Destination;
import ai.prismer.claw.channel.vendor.Place;
import ai.prismer.claw.channel.vendor.Room;
import ai.prismer.claw.channel.vendor.VendorException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import net.dv8tion.jda.api.utils.data.DataArray;
import net.dv8tion.jda.api.utils.data.DataObject;

/**
 * Answers in Discord: replies to their questions. By that a sidecar that was killed finds what it
 * had said, and a request that is made again within minutes is known to Discord by its nonce.
 */
final class DiscordRoom implements Room {
  private static final int LONGEST = 2_000;
  private static final int NONCE_BYTES = 12;
  private static final int MOST_PAGES = 5;

  private final DiscordSettings settings;
  private final Rest rest;

  DiscordRoom(DiscordSettings settings, Rest rest) {
    this.settings = settings;
    this.rest = rest;
  }

  @Override
  public boolean serves(String channel) {
    return settings.audience().serves(channel);
  }

  @Override
  public Destination answerTo(Place question) {
    return new Destination(question.channel(), null, question.message());
  }

  @Override
  public int longestText() {
    return LONGEST;
  }

  @Override
  public String post(Destination to, String key, int part, String text) throws VendorException {
    DataObject message = content(text).put("nonce", nonce(key, part)).put("enforce_nonce", true);
    if (to.question() != null) {
      message.put(
          "message_reference",
          DataObject.empty().put("message_id", to.question()).put("fail_if_not_exists", false));
    }
    return rest.create(to.channel(), message);
  }

  @Override
  public void edit(Destination to, String message, String key, int part, String text)
      throws VendorException {
    rest.change(to.channel(), message, content(text));
  }

  /** Nothing that an agent writes calls a person, a role or everybody. */
  private static DataObject content(String text) {
    return DataObject.empty()
        .put("content", text)
        .put(
            "allowed_mentions",
            DataObject.empty().put("parse", DataArray.empty()).put("replied_user", false));
  }

  private static String nonce(String key, int part) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((key + "/" + part).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, NONCE_BYTES);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }

  @Override
  public List<String> find(Destination to, String key, Instant since) throws VendorException {
    String question = to.question();
    List<String> ours = new ArrayList<>();
    if (question == null) {
      // What an agent says by itself answers nothing; its nonce alone tells.
      return ours;
    }
    String self = rest.self();
    String after = question;
    for (int page = 0; page < MOST_PAGES; page++) {
      List<DataObject> messages = rest.after(to.channel(), after);
      for (DataObject message : messages) {
        boolean answers =
            message
                .optObject("message_reference")
                .map(reference -> reference.getString("message_id", ""))
                .orElse("")
                .equals(question);
        if (answers && message.getObject("author").getString("id").equals(self)) {
          ours.add(message.getString("id"));
        }
      }
      if (messages.size() < Rest.PAGE) {
        break;
      }
      after = newest(messages, after);
    }
    ours.sort(Comparator.comparingLong(Long::parseLong));
    return ours;
  }

  static String newest(List<DataObject> messages, String otherwise) {
    return messages.stream()
        .map(message -> message.getString("id"))
        .max(Comparator.comparingLong(Long::parseLong))
        .orElse(otherwise);
  }
}
