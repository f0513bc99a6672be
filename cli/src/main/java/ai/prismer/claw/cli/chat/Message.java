package ai.prismer.claw.cli.chat;

import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.contract.Gateway;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a person says to an agent, as long as a gateway takes it. */
final class Message {
  private static final int LONGEST_UTF_8_CHARACTER = 3;

  private Message() {}

  /** The words of the command line. */
  static String of(List<String> words) {
    return checked(String.join(" ", words));
  }

  /**
   * All that is piped in.
   *
   * @throws CommandException if there is nothing, or more than a gateway takes
   */
  static String read(InputStream in) {
    try {
      // What is longer than this in bytes is also longer in characters.
      byte[] bytes = in.readNBytes(Gateway.LONGEST_MESSAGE * LONGEST_UTF_8_CHARACTER + 1);
      return checked(new String(bytes, StandardCharsets.UTF_8).stripTrailing());
    } catch (IOException unreadable) {
      throw CommandException.failed("standard input cannot be read: " + unreadable.getMessage());
    }
  }

  /**
   * The text, if it can be sent.
   *
   * @throws CommandException if it cannot
   */
  static String checked(String text) {
    if (text.isBlank()) {
      throw CommandException.usage(
          "there is no message: write it behind NAME, or pipe it in; at a terminal leave it out"
              + " for a conversation");
    }
    if (text.length() > Gateway.LONGEST_MESSAGE) {
      throw CommandException.usage(
          "the message has more than " + Gateway.LONGEST_MESSAGE + " characters");
    }
    return text;
  }
}
