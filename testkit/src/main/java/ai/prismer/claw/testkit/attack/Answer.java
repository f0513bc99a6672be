package ai.prismer.claw.testkit.attack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the API server said to a {@link Call}.
 *
 * @param code HTTP status
 * @param message the server's words for a refusal, the body for a success
 */
public record Answer(int code, String message) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long SECONDS = 30;

  /** An expression that fails refuses as well, but by accident: that is not the guard meant. */
  private static final Pattern POLICY =
      Pattern.compile(
          "ValidatingAdmissionPolicy '([^']+)' with binding '([^']+)' denied request: "
              + "(?!expression '.*' resulted in error)(.*)",
          Pattern.DOTALL);

  /** Sends a call with the credentials of a client. */
  public static Answer to(Call call, KubernetesClient client) {
    HttpRequest.Builder request =
        client
            .getHttpClient()
            .newHttpRequestBuilder()
            .uri(URI.create(client.getMasterUrl().toString().replaceAll("/$", "") + call.path()));
    if (call.body() == null) {
      request.method(call.method(), null, null);
    } else {
      request.method(call.method(), call.contentType(), call.body());
    }
    for (Map.Entry<String, String> header : call.headers().entrySet()) {
      request.header(header.getKey(), header.getValue());
    }
    try {
      HttpResponse<byte[]> response =
          client
              .getHttpClient()
              .sendAsync(request.build(), byte[].class)
              .get(SECONDS, TimeUnit.SECONDS);
      return of(response.code(), new String(response.body(), StandardCharsets.UTF_8));
    } catch (ExecutionException | TimeoutException failed) {
      throw new IllegalStateException(
          call.method() + " " + call.path() + " was not answered", failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    }
  }

  static Answer of(int code, String body) {
    if (code < 300) {
      return new Answer(code, body);
    }
    try {
      JsonNode message = JSON.readTree(body).path("message");
      return new Answer(code, message.isTextual() ? message.asText() : body);
    } catch (JsonProcessingException notJson) {
      return new Answer(code, body);
    }
  }

  /** Whether the request was accepted. */
  public boolean accepted() {
    return code < 300;
  }

  /** Who refused, as far as one answer can tell; a gate answers later. */
  public Guard guard() {
    if (accepted()) {
      return new Guard.Nobody();
    }
    Matcher policy = POLICY.matcher(message);
    if (policy.find()) {
      return policy.group(1).equals(policy.group(2))
          ? new Guard.Policy(policy.group(1))
          : new Guard.Unexpected(code);
    }
    if (code == 403 && message.contains("cannot ")) {
      return new Guard.Rbac();
    }
    return code == 422 && !message.contains("ValidatingAdmissionPolicy")
        ? new Guard.Validation()
        : new Guard.Unexpected(code);
  }

  /** The words that matter, on one line: after the names that the reader knows. */
  public String words() {
    Matcher policy = POLICY.matcher(message);
    if (policy.find()) {
      return oneLine(policy.group(3));
    }
    int verdict = guard() instanceof Guard.Rbac ? message.indexOf("cannot ") : 0;
    return oneLine(message.substring(verdict));
  }

  static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}+", " ").strip();
  }
}
