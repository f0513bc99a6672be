package ai.prismer.claw.operator.ops;

import ai.prismer.claw.gate.canonical.CanonicalJson;
import ai.prismer.claw.gate.text.ForeignText;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a companion says where it has nothing to propose. Its text is a model's: it is kept for a
 * person to read, without anything that could act on whoever reads it, and nothing parses it.
 *
 * @param escalationRef the escalation it was given
 * @param outcome unsure or failed
 * @param text its words, harmless: one line of visible characters, no links and no mentions, at
 *     most {@value #MAX_TEXT} bytes
 */
record Analysis(String escalationRef, String outcome, String text) {
  /** Most bytes of the annotation's value. */
  static final int MAX_BYTES = 8192;

  /** Most bytes of text that are kept. */
  static final int MAX_TEXT = 4096;

  private static final Set<String> KEYS = Set.of("escalationRef", "outcome", "text");
  private static final Set<String> OUTCOMES = Set.of("unsure", "failed");
  private static final Pattern LINK = Pattern.compile("(?i)\\b[a-z][a-z0-9+.-]{0,15}://\\S*");
  private static final Pattern MARKDOWN_LINK = Pattern.compile("\\[([^\\]]{0,200})\\]\\([^)]*\\)");

  /** Slack's {@code <!channel>} and {@code <@U123>}, and a plain {@code @everyone}. */
  private static final Pattern MENTION = Pattern.compile("<[!@#][^>]{0,80}>|@(?=\\w)");

  /** Reads the annotation's value; empty for anything that is not exactly that. */
  static Optional<Analysis> parse(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_BYTES) {
      return Optional.empty();
    }
    try {
      ObjectNode json = CanonicalJson.read(bytes);
      for (String key : KEYS) {
        if (!json.path(key).isTextual()) {
          return Optional.empty();
        }
      }
      String outcome = json.path("outcome").asText();
      return json.size() == KEYS.size() && OUTCOMES.contains(outcome)
          ? Optional.of(
              new Analysis(
                  json.path("escalationRef").asText(),
                  outcome,
                  harmless(json.path("text").asText())))
          : Optional.empty();
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  /** As the escalation shows it: whose words these are comes first. */
  String shown(String companion) {
    return "[" + outcome + "; untrusted words of " + ForeignText.line(companion, 256) + "] " + text;
  }

  /** {@link #harmless(String)} with at most this many characters. */
  static String harmless(String text, int limit) {
    return ForeignText.line(harmless(text), limit);
  }

  /** Without links, mentions and characters that change how the rest is displayed. */
  static String harmless(String text) {
    String plain = MARKDOWN_LINK.matcher(text).replaceAll("$1");
    plain = LINK.matcher(plain).replaceAll("(link)");
    plain = MENTION.matcher(plain).replaceAll("");
    return cut(ForeignText.line(plain));
  }

  private static String cut(String text) {
    if (text.getBytes(StandardCharsets.UTF_8).length <= MAX_TEXT) {
      return text;
    }
    int bytes = 0;
    int index = 0;
    while (index < text.length()) {
      int codePoint = text.codePointAt(index);
      bytes += Character.toString(codePoint).getBytes(StandardCharsets.UTF_8).length;
      if (bytes > MAX_TEXT - 3) {
        break;
      }
      index += Character.charCount(codePoint);
    }
    return text.substring(0, index) + "…";
  }
}
