package ai.prismer.claw.gate.text;

/**
 * Text that somebody else wrote, made safe for a terminal, an event or a log line.
 *
 * <p>An agent's intent, a user name or a receipt from an export may hold escape sequences that
 * repaint a screen, OSC 8 links, bidirectional marks that turn "deny" into something else, and
 * zero-width characters that hide half a word. Every such character is shown as {@code \}{@code
 * u{…}} instead of being sent. What is left is printable and stays on one line.
 */
public final class ForeignText {
  /** How many code points of foreign text fit in a sentence that a person reads. */
  private static final int IN_A_SENTENCE = 64;

  private ForeignText() {}

  /**
   * The whole text on one line.
   *
   * @param text any string, also one that is no valid UTF-16
   * @return the text without any character that could change how the rest is displayed
   */
  public static String line(String text) {
    return line(text, Integer.MAX_VALUE);
  }

  /**
   * At most {@code limit} code points of the text, on one line; what was cut off is counted.
   *
   * @param text any string
   * @param limit at least 0
   */
  public static String line(String text, int limit) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), 256));
    int shown = 0;
    int index = 0;
    while (index < text.length() && shown < limit) {
      int codePoint = text.codePointAt(index);
      if (isSafe(codePoint)) {
        out.appendCodePoint(codePoint);
      } else {
        out.append("\\u{").append(Integer.toHexString(codePoint)).append('}');
      }
      index += Character.charCount(codePoint);
      shown++;
    }
    if (index < text.length()) {
      out.append("… (").append(text.length() - index).append(" more)");
    }
    return out.toString();
  }

  /** The beginning of the text in double quotes, short enough for a sentence. */
  public static String quoted(String text) {
    return '"' + line(text, IN_A_SENTENCE) + '"';
  }

  private static boolean isSafe(int codePoint) {
    if (codePoint >= 0x20 && codePoint < 0x7f) {
      return true;
    }
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR ->
          false;
      default -> !isBlankLetter(codePoint) && !isVariationSelector(codePoint);
    };
  }

  /** Letters by category, but drawn as nothing: the Hangul fillers and the blank Braille cell. */
  private static boolean isBlankLetter(int codePoint) {
    return codePoint == 0x115f
        || codePoint == 0x1160
        || codePoint == 0x3164
        || codePoint == 0xffa0
        || codePoint == 0x2800;
  }

  private static boolean isVariationSelector(int codePoint) {
    return codePoint == 0x034f
        || (codePoint >= 0xfe00 && codePoint <= 0xfe0f)
        || (codePoint >= 0xe0100 && codePoint <= 0xe01ef);
  }
}
