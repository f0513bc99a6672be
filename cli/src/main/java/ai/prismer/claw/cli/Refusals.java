package ai.prismer.claw.cli;

import ai.prismer.claw.api.Keys;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import org.jspecify.annotations.Nullable;

/** What a server's no means to a person: its own words, and the next step. */
final class Refusals {
  private Refusals() {}

  /**
   * The error for the screen.
   *
   * @param what what was tried
   * @param e the server's answer, or that there was none
   * @param config where the server was looked for
   */
  static CommandException explained(String what, KubernetesClientException e, Config config) {
    if (isUnknownResource(e)) {
      return CommandException.failed(
          what + ": this cluster has no resources of " + Keys.GROUP,
          "install the operator: kubectl claw install --print | kubectl apply --server-side -f -");
    }
    String next = next(e);
    String message = what + ": " + reason(e, config);
    return next == null ? CommandException.failed(message) : CommandException.failed(message, next);
  }

  /** A server without the definitions answers like a web server, not with a Status of its own. */
  private static boolean isUnknownResource(KubernetesClientException e) {
    return e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
        && e.getMessage() != null
        && e.getMessage().contains("/apis/" + Keys.GROUP + "/")
        && (e.getStatus() == null
            || e.getStatus().getDetails() == null
            || e.getStatus().getDetails().getName() == null);
  }

  private static @Nullable String next(KubernetesClientException e) {
    return switch (e.getCode()) {
      case HttpURLConnection.HTTP_UNAUTHORIZED ->
          "log in again, or choose other credentials with --context or --kubeconfig";
      case HttpURLConnection.HTTP_FORBIDDEN ->
          "kubectl auth whoami says who you are, kubectl auth can-i --list what you may do; reading"
              + " needs the role view of the namespace, changing the role edit";
      case 0 -> "kubectl config get-contexts lists the clusters you know; --context chooses one";
      default -> null;
    };
  }

  private static String reason(KubernetesClientException e, Config config) {
    if (e.getStatus() != null && e.getStatus().getMessage() != null) {
      return e.getStatus().getMessage();
    }
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    // Network errors of the JDK often have no message, only a telling name.
    String detail = cause.getClass().getSimpleName();
    return config.getMasterUrl()
        + " does not answer ("
        + (cause.getMessage() == null ? detail : detail + ": " + cause.getMessage())
        + ")";
  }
}
