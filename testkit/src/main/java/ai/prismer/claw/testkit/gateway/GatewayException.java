package ai.prismer.claw.testkit.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

/** The gateway said no, closed the connection, or did not answer in time. */
public final class GatewayException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient JsonNode error;

  GatewayException(String message) {
    this(message, MissingNode.getInstance());
  }

  GatewayException(String message, JsonNode error) {
    super(message);
    this.error = error;
  }

  /** The {@code error} of the response; a missing node when there was none. */
  public JsonNode error() {
    return error;
  }

  /** The word for programs: {@code error.details.code}, else {@code error.code}, else empty. */
  public String code() {
    String detail = error.path("details").path("code").asText();
    return detail.isEmpty() ? error.path("code").asText() : detail;
  }
}
