package ai.prismer.claw.operator.confinement;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayInputStream;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The account that holds what an agent holds, {@code patch} on Claws without {@code manage}, and
 * the two requests with its token that must be refused. Both are dry runs: the API server admits
 * and validates them as always and stores nothing.
 *
 * <p>Not thread-safe.
 */
final class ProbeAccount implements AutoCloseable {
  private static final Duration TOKEN_LIFE = Duration.ofHours(1);
  private static final Duration RENEW_BEFORE = Duration.ofMinutes(20);
  private static final int PATIENCE_MILLIS = 5_000;

  /** A server that is down is asked again by the cadence, not by the client. */
  private static final int RETRIES = 1;

  private final KubernetesClient operator;
  private final String namespace;
  private final String name;
  private final Clock clock;
  private @Nullable KubernetesClient client;
  private Instant renewAt = Instant.MIN;

  /**
   * Makes the account's side.
   *
   * @param operator client of the operator, which may make tokens of this account
   * @param namespace namespace of the account
   * @param name name of the account
   * @param clock tells when a token grows old
   */
  ProbeAccount(KubernetesClient operator, String namespace, String name, Clock clock) {
    this.operator = operator;
    this.namespace = namespace;
    this.name = name;
    this.clock = clock;
  }

  /** Tries both requests on one Claw. */
  Proof tryOn(Claw claw) {
    try {
      Reply label = attempt(claw, label());
      return label instanceof Reply.RefusedBy
          ? Proof.of(label, attempt(claw, intent()))
          : Proof.of(label, label);
    } catch (KubernetesClientException noToken) {
      return new Proof.Unproven(
          "NoToken",
          "no token of the account %s/%s: %s".formatted(namespace, name, Reply.words(noToken)));
    }
  }

  /** A bare request, because the client's own patch reads first, which this account may not. */
  private Reply attempt(Claw claw, String patch) {
    KubernetesClient probe = client();
    String path =
        "apis/%s/%s/namespaces/%s/claws/%s?dryRun=All"
            .formatted(
                Keys.GROUP,
                Keys.VERSION,
                claw.getMetadata().getNamespace(),
                claw.getMetadata().getName());
    HttpClient http = probe.getHttpClient();
    HttpRequest request =
        http.newHttpRequestBuilder()
            .uri(probe.getMasterUrl().toString() + path)
            .method("PATCH", "application/merge-patch+json", patch)
            .build();
    try {
      HttpResponse<byte[]> response =
          http.sendAsync(request, byte[].class).get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      if (response.code() == HttpURLConnection.HTTP_UNAUTHORIZED) {
        renewAt = Instant.MIN;
      }
      return Reply.of(response.code(), message(response.body()));
    } catch (ExecutionException | TimeoutException failed) {
      return new Reply.Unanswered(String.valueOf(failed));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return new Reply.Unanswered("interrupted");
    }
  }

  private static String message(byte[] body) {
    try {
      return Serialization.unmarshal(new ByteArrayInputStream(body), JsonNode.class)
          .path("message")
          .asText();
    } catch (RuntimeException notJson) {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  private static String label() {
    return merge("labels", Keys.GROUP + "/confinement-probe", "x").toString();
  }

  private String intent() {
    ObjectNode patch =
        merge(
            "annotations",
            Keys.INTENT,
            "{\"action\":\"restart-pod\",\"generation\":1,\"source\":\"confinement-probe\"}");
    ((ObjectNode) patch.at("/metadata/annotations"))
        .put(Keys.INTENT_BY, "system:serviceaccount:" + namespace + ":" + name)
        .put(Keys.INTENT_CLASS, "manager");
    return patch.toString();
  }

  private static ObjectNode merge(String field, String key, String value) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    patch.putObject("metadata").putObject(field).put(key, value);
    return patch;
  }

  private KubernetesClient client() {
    KubernetesClient current = client;
    if (current != null && clock.instant().isBefore(renewAt)) {
      return current;
    }
    close();
    KubernetesClient fresh = new KubernetesClientBuilder().withConfig(configuration()).build();
    client = fresh;
    renewAt = clock.instant().plus(TOKEN_LIFE).minus(RENEW_BEFORE);
    return fresh;
  }

  /** Only how to reach the server is taken over, none of the operator's own credentials. */
  private Config configuration() {
    Config own = operator.getConfiguration();
    return new ConfigBuilder(Config.empty())
        .withMasterUrl(own.getMasterUrl())
        .withCaCertData(own.getCaCertData())
        .withCaCertFile(own.getCaCertFile())
        .withTrustCerts(own.isTrustCerts())
        .withDisableHostnameVerification(own.isDisableHostnameVerification())
        .withHttpsProxy(own.getHttpsProxy())
        .withNoProxy(own.getNoProxy())
        .withRequestTimeout(PATIENCE_MILLIS)
        .withRequestRetryBackoffLimit(RETRIES)
        .withOauthToken(token())
        .build();
  }

  private String token() {
    TokenRequest request =
        new TokenRequestBuilder()
            .withNewSpec()
            .withExpirationSeconds(TOKEN_LIFE.toSeconds())
            .endSpec()
            .build();
    return operator
        .serviceAccounts()
        .inNamespace(namespace)
        .withName(name)
        .tokenRequest(request)
        .getStatus()
        .getToken();
  }

  @Override
  public void close() {
    KubernetesClient current = client;
    if (current != null) {
      current.close();
      client = null;
    }
  }
}
