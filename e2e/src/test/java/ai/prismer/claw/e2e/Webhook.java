package ai.prismer.claw.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who calls a webhook channel of an agent where the agent's Service says it is, each time
 * anew, with a signature made apart from the code that checks it.
 */
final class Webhook {
  static final String SECRET = "a secret of 32 characters, or so";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final KubernetesClient client;
  private final String namespace;
  private final String service;
  private final String port;

  /** Calls the port of this name of a headless Service. */
  Webhook(KubernetesClient client, String namespace, String service, String port) {
    this.client = client;
    this.namespace = namespace;
    this.service = service;
    this.port = port;
  }

  /** Where questions go at the moment. */
  URI url() throws IOException {
    return base().resolve("/webhook");
  }

  /** A question, signed with the time. */
  HttpResponse<String> ask(String question, Map<String, String> headers)
      throws IOException, InterruptedException {
    String body = body(question);
    String time = now();
    HttpRequest.Builder request =
        post(body).header("X-Timestamp", time).header("X-Signature-256", sign(time + "." + body));
    headers.forEach(request::header);
    return send(request);
  }

  /** A question that nobody signed. */
  HttpResponse<String> askUnsigned(String question) throws IOException, InterruptedException {
    return send(post(body(question)));
  }

  /** Asks for the answer to a question. */
  HttpResponse<String> fetch(String id) throws IOException, InterruptedException {
    String time = now();
    String path = "/webhook/" + id;
    return send(
        HttpRequest.newBuilder(base().resolve(path))
            .timeout(Duration.ofSeconds(10))
            .header("X-Timestamp", time)
            .header("X-Signature-256", sign(time + "." + path)));
  }

  /** Asks until the answer is there, whatever happens to the agent meanwhile; returns its text. */
  String awaitAnswer(String id) throws IOException {
    HttpResponse<String> answer =
        Awaitility.await("the answer to " + id)
            .atMost(WebhookAgent.PATIENCE)
            .ignoreExceptions()
            .until(() -> fetch(id), found -> found.statusCode() == 200);
    return json(answer).path("text").asText();
  }

  static JsonNode json(HttpResponse<String> answer) throws IOException {
    return JSON.readTree(answer.body());
  }

  private HttpRequest.Builder post(String body) throws IOException {
    return HttpRequest.newBuilder(url())
        .timeout(Duration.ofSeconds(40))
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private URI base() throws IOException {
    List<EndpointSlice> slices =
        client
            .discovery()
            .v1()
            .endpointSlices()
            .inNamespace(namespace)
            .withLabel("kubernetes.io/service-name", service)
            .list()
            .getItems();
    for (EndpointSlice slice : slices) {
      // While a pod is replaced a slice has neither ports nor endpoints, or endpoints without
      // addresses.
      for (EndpointPort found : orEmpty(slice.getPorts())) {
        for (Endpoint endpoint : orEmpty(slice.getEndpoints())) {
          for (String address : orEmpty(endpoint.getAddresses())) {
            if (port.equals(found.getName())) {
              return URI.create("http://" + address + ":" + found.getPort());
            }
          }
        }
      }
    }
    throw new IOException("Service " + service + " has no port " + port + " at the moment");
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  /** Each question is a conversation of its own, so that they do not wait for each other. */
  private static String body(String question) {
    return JSON.createObjectNode().put("text", question).put("thread", question).toString();
  }

  private static String now() {
    return Long.toString(System.currentTimeMillis() / 1000);
  }

  private static String sign(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] hash = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
      return "sha256=" + HexFormat.of().formatHex(hash);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
