package ai.prismer.claw.openclaw.model;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Reads the sentence for people out of the body of an error; both vendors keep it in one place. */
final class VendorError {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LIMIT = 300;

  private VendorError() {}

  /** The sentence behind {@code ": "}, in one short line; nothing where there is none. */
  static String message(String body) {
    try {
      String message = JSON.readTree(body).path("error").path("message").asText("");
      String line = message.replaceAll("\\p{Cntrl}+", " ").strip();
      return line.isEmpty() ? "" : ": " + line.substring(0, Math.min(line.length(), LIMIT));
    } catch (JacksonException e) {
      // A proxy's HTML page, for instance; nothing in it that a chat user could use.
      return "";
    }
  }
}
