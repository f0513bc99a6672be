package ai.prismer.claw.openclaw.protocol;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;

/** A request that is answered with {@code ok: false}. */
final class ProtocolError extends Exception {
  private static final long serialVersionUID = 1;

  /** The codes of protocol 4 that the gateway uses. */
  enum Code {
    INVALID_REQUEST,
    UNAVAILABLE
  }

  private final Code code;
  private final String text;
  private final String detail;
  private final transient Optional<Duration> retryAfter;

  private ProtocolError(Code code, String text, String detail, Optional<Duration> retryAfter) {
    super(text);
    this.code = code;
    this.text = text;
    this.detail = detail;
    this.retryAfter = retryAfter;
  }

  /** The request is wrong, and will be wrong again. */
  static ProtocolError invalid(String message) {
    return new ProtocolError(Code.INVALID_REQUEST, message, "", Optional.empty());
  }

  /** The same, with a word for programs in {@code details.code}. */
  static ProtocolError invalid(String message, String detail) {
    return new ProtocolError(Code.INVALID_REQUEST, message, detail, Optional.empty());
  }

  /** The request is right but cannot be served now. */
  static ProtocolError unavailable(String message, String detail, Duration retryAfter) {
    return new ProtocolError(Code.UNAVAILABLE, message, detail, Optional.of(retryAfter));
  }

  String text() {
    return text;
  }

  /** The {@code error} of a response. */
  ObjectNode shape() {
    ObjectNode shape =
        JsonNodeFactory.instance.objectNode().put("code", code.name()).put("message", text);
    if (!detail.isEmpty()) {
      shape.putObject("details").put("code", detail);
    }
    retryAfter.ifPresent(
        after -> shape.put("retryable", true).put("retryAfterMs", after.toMillis()));
    return shape;
  }
}
