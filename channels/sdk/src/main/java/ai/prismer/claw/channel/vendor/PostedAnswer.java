package ai.prismer.claw.channel.vendor;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One answer as it stands in its room: the messages that its parts became. Made to say something
 * else, it posts what is missing and edits what differs, and asks for nothing else.
 *
 * <p>What is there is not always known: the process before this one may have said some of it, and
 * after a request that broke nobody knows whether it was done. Then the room is asked first, by the
 * answer's key: an answer is completed, not said twice.
 *
 * <p>Not thread-safe. Every call may take as long as the service does.
 */
final class PostedAnswer {
  private final Room room;
  private final Counters counters;
  private final Destination to;
  private final String key;
  private final Instant since;

  /** The service's ids of its messages, by part. */
  private final List<String> messages = new ArrayList<>();

  /** What they say; empty where that is not known. */
  private final List<String> texts = new ArrayList<>();

  private boolean uncertain;

  /**
   * Knows of no message yet.
   *
   * @param key the room knows the answer by that
   * @param since nothing of it was said before that
   * @param uncertain whether some of it may be there all the same
   */
  PostedAnswer(
      Room room, Counters counters, Destination to, String key, Instant since, boolean uncertain) {
    this.room = room;
    this.counters = counters;
    this.to = to;
    this.key = key;
    this.since = since;
    this.uncertain = uncertain;
  }

  /** Asks the room what is there, if that is uncertain. */
  void find() throws VendorException, InterruptedException {
    if (uncertain) {
      List<String> found = room.find(to, key, since);
      forget();
      messages.addAll(found);
      found.forEach(_ -> texts.add(""));
      uncertain = false;
    }
  }

  /** Has the first parts say this; those behind them stay as they are. */
  void say(List<String> parts) throws VendorException, InterruptedException {
    for (int part = 0; part < parts.size(); part++) {
      say(part, parts.get(part));
    }
  }

  private void say(int part, String text) throws VendorException, InterruptedException {
    if (part >= messages.size()) {
      messages.add(room.post(to, key, part, text));
      texts.add(text);
    } else if (!texts.get(part).equals(text)) {
      room.edit(to, messages.get(part), key, part, text);
      texts.set(part, text);
      counters.add(Counters.EDITS);
    }
  }

  /** Nobody knows whether the last request was done. */
  void doubt() {
    uncertain = true;
  }

  /** Somebody took the messages away; what is to be said is posted anew. */
  void forget() {
    messages.clear();
    texts.clear();
  }
}
