package ai.prismer.claw.channel.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Somebody who calls a webhook, with a signature made apart from the code that checks it. */
final class Caller {
  static final String SECRET = "a secret of 32 characters, or so";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final URI base;

  /** Calls a sidecar on this port of the loopback interface. */
  Caller(int port) {
    this.base = URI.create("http://127.0.0.1:" + port + "/");
  }

  static String sign(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] hash = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
      return "sha256=" + HexFormat.of().formatHex(hash);
    } catch (java.security.GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static String now() {
    return Long.toString(System.currentTimeMillis() / 1000);
  }

  /** A question, signed with the time. */
  HttpResponse<String> ask(String body, Map<String, String> headers)
      throws IOException, InterruptedException {
    String time = now();
    HttpRequest.Builder request = post(body);
    request.header("X-Timestamp", time).header("X-Signature-256", sign(time + "." + body));
    headers.forEach(request::header);
    return send(request);
  }

  /** A body with these headers only. */
  HttpResponse<String> raw(String body, Map<String, String> headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = post(body);
    headers.forEach(request::header);
    return send(request);
  }

  private HttpRequest.Builder post(String body) {
    return HttpRequest.newBuilder(base.resolve("webhook"))
        .timeout(Duration.ofSeconds(40))
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  /** Fetches an answer. */
  HttpResponse<String> fetch(String id) throws IOException, InterruptedException {
    String time = now();
    return send(
        HttpRequest.newBuilder(base.resolve("webhook/" + id))
            .timeout(Duration.ofSeconds(10))
            .header("X-Timestamp", time)
            .header("X-Signature-256", sign(time + "./webhook/" + id)));
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(10)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  static JsonNode json(HttpResponse<String> answer) throws IOException {
    return JSON.readTree(answer.body());
  }

  static String text(String text) {
    return JSON.createObjectNode().put("text", text).put("thread", text).toString();
  }
}
