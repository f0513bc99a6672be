package ai.prismer.claw.channel.vendor;

import java.time.Instant;
import java.util.List;

/**
 * The service's side of answers. Called by one thread at a time. Every call may take as long as the
 * service does.
 */
public interface Room {
  /** Whether the channel is one of those that were configured. */
  boolean serves(String channel);

  /** Where the answer to a question goes. */
  Destination answerTo(Place question);

  /** Characters of the longest message. */
  int longestText();

  /**
   * Says something.
   *
   * @param key of the answer; {@link #find} knows it by that
   * @param part of the answer, from 0
   * @return the service's id of the new message
   */
  String post(Destination to, String key, int part, String text)
      throws VendorException, InterruptedException;

  /** Replaces what was said. */
  void edit(Destination to, String message, String key, int part, String text)
      throws VendorException, InterruptedException;

  /**
   * The messages of an answer that are there already, in the order of their parts.
   *
   * @param since nothing of it was said before that
   */
  List<String> find(Destination to, String key, Instant since)
      throws VendorException, InterruptedException;
}
