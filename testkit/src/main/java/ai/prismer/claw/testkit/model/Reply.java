package ai.prismer.claw.testkit.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the scripted model does with one request. Streamed or not, as the request asks. */
public sealed interface Reply {

  /**
   * A complete answer.
   *
   * @param chunks the pieces in which a streamed answer arrives; joined when not streamed
   * @param delay pause before each piece; a reply that is not streamed waits for all of them
   */
  record Text(List<String> chunks, Duration delay) implements Reply {
    /** Takes a copy of the list. */
    public Text {
      chunks = List.copyOf(chunks);
    }
  }

  /**
   * A request to call one tool.
   *
   * @param name name of the tool
   * @param arguments the arguments, a JSON object as text
   */
  record ToolCall(String name, String arguments) implements Reply {}

  /**
   * Silence that lasts until the client gives up or the server is closed.
   *
   * @param before pieces of text sent before the silence; empty for a server that accepts the
   *     request and sends not even a status line. With pieces, the server writes comment lines
   *     while it is silent, so that it notices at once when the client closes the connection.
   */
  record Hang(List<String> before) implements Reply {
    /** Takes a copy of the list. */
    public Hang {
      before = List.copyOf(before);
    }
  }

  /**
   * A refusal, with the vendor's error body.
   *
   * @param status HTTP status, 400 to 599
   * @param retryAfter value of the {@code Retry-After} header, sent in whole seconds
   */
  record Failure(int status, Optional<Duration> retryAfter) implements Reply {}

  /** Status 200, the content type of a good answer, and bytes that are none. */
  record Garbage() implements Reply {}

  /**
   * A connection that is closed in the middle of the answer, without the end of the body.
   *
   * @param before pieces of text sent before the cut
   */
  record Cut(List<String> before) implements Reply {
    /** Takes a copy of the list. */
    public Cut {
      before = List.copyOf(before);
    }
  }

  /** The text, word by word, without pauses. */
  static Reply text(String text) {
    return text(text, Duration.ZERO);
  }

  /** The text, word by word, with a pause before each word. */
  static Reply text(String text, Duration delay) {
    return new Text(words(text), delay);
  }

  /** A call of one tool; {@code arguments} is a JSON object as text. */
  static Reply toolCall(String name, String arguments) {
    return new ToolCall(name, arguments);
  }

  /** Accepts the request and never answers. */
  static Reply hang() {
    return new Hang(List.of());
  }

  /** Streams the text and then goes silent without ending. */
  static Reply hangAfter(String text) {
    return new Hang(words(text));
  }

  /** An HTTP error with the vendor's error body. */
  static Reply failure(int status) {
    return new Failure(status, Optional.empty());
  }

  /** Status 429 with {@code Retry-After}. */
  static Reply rateLimited(Duration retryAfter) {
    return new Failure(429, Optional.of(retryAfter));
  }

  /** Bytes that are no answer, under the status and content type of one. */
  static Reply garbage() {
    return new Garbage();
  }

  /** Streams the text and then drops the connection. */
  static Reply cutAfter(String text) {
    return new Cut(words(text));
  }

  /** Splits after each space, so that joining the pieces gives the text again. */
  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split("(?<= )"));
  }
}
