package ai.prismer.claw.channel.vendor;

import java.util.ArrayList;
import java.util.List;

/** A text as so many messages as it takes. */
final class Parts {
  private Parts() {}

  /**
   * Cuts at the end of a line, else at a space, else anywhere but within a character.
   *
   * @param longest characters of one part
   */
  static List<String> of(String text, int longest) {
    List<String> parts = new ArrayList<>();
    String rest = text;
    while (rest.length() > longest) {
      int cut = cut(rest, longest);
      parts.add(rest.substring(0, cut).stripTrailing());
      rest = rest.substring(cut).stripLeading();
    }
    if (!rest.isBlank() || parts.isEmpty()) {
      parts.add(rest);
    }
    return parts;
  }

  /** What can be shown of a text that is not complete. */
  static String first(String text, int longest) {
    return text.length() <= longest ? text : text.substring(0, cut(text, longest - 1)) + "…";
  }

  private static int cut(String text, int longest) {
    for (char end : new char[] {'\n', ' '}) {
      int at = text.lastIndexOf(end, longest);
      if (at > longest / 2) {
        return at;
      }
    }
    return Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest;
  }
}
