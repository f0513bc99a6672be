package ai.prismer.claw.bus.bridge;

import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Tells a runtime that is away from one that is there and refuses. Who is away takes no connection,
 * so nothing was sent and an attempt has not been made. Who answers, with any status, or breaks off
 * a connection that it took, is there: that is an attempt, or one that always does so would be
 * asked for ever.
 */
final class NoConnection {
  private NoConnection() {}

  /** Whether a request failed because there was no connection to send it over. */
  static boolean isCause(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException;
  }
}
