package ai.prismer.claw.operator.confinement;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the API server said to a request that a policy should refuse. */
sealed interface Reply {

  /** The request was accepted: there is no fence. */
  record Accepted() implements Reply {}

  /**
   * A policy refused.
   *
   * @param policy its name
   */
  record RefusedBy(String policy) implements Reply {}

  /**
   * Something else refused, so nothing is known about the policies.
   *
   * @param code HTTP status
   * @param message the server's words
   */
  record RefusedOtherwise(int code, String message) implements Reply {}

  /** The object is gone. */
  record Absent() implements Reply {}

  /**
   * No answer, or one that says nothing about the request.
   *
   * @param message what happened
   */
  record Unanswered(String message) implements Reply {}

  /** How the API server (since 1.26) words the refusal of a ValidatingAdmissionPolicy. */
  Pattern POLICY =
      Pattern.compile("ValidatingAdmissionPolicy '([^']+)' with binding '([^']+)' denied request");

  /**
   * Sorts an answer of the API server.
   *
   * @param code HTTP status
   * @param message the server's words
   */
  static Reply of(int code, String message) {
    if (code >= 200 && code < 300) {
      return new Accepted();
    }
    if (code == 404) {
      return new Absent();
    }
    if (code < 400 || code == 401 || code == 408 || code == 429 || code >= 500) {
      return new Unanswered("HTTP " + code + ": " + message);
    }
    Matcher matcher = POLICY.matcher(message);
    boolean invalid = code == 422;
    return invalid && matcher.find() && matcher.group(1).equals(matcher.group(2))
        ? new RefusedBy(matcher.group(1))
        : new RefusedOtherwise(code, message);
  }

  /** The server's own words where there are any, else the client's. */
  static String words(KubernetesClientException thrown) {
    return thrown.getStatus() == null || thrown.getStatus().getMessage() == null
        ? String.valueOf(thrown.getMessage())
        : thrown.getStatus().getMessage();
  }
}
