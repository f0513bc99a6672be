package ai.prismer.claw.operator.ops;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateEncodingException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The page {@code /metrics/resource} of a kubelet, in its real form, over TLS with a certificate of
 * its own. Like a kubelet it lets the API server say whose token it is and whether that account may
 * {@code get} {@code nodes/metrics}.
 */
final class MeasuringKubelet implements AutoCloseable {
  private static final char[] PASSWORD = "password".toCharArray();
  private static final String BEARER = "Bearer ";

  private final KubernetesClient admin;
  private final String node;
  private final HttpsServer server;
  private final KeyStore keys;
  private final Map<String, Long> memory = new ConcurrentHashMap<>();
  private final List<String> callers = new CopyOnWriteArrayList<>();

  MeasuringKubelet(KubernetesClient admin, String node, Path folder)
      throws IOException, GeneralSecurityException, InterruptedException {
    this.admin = admin;
    this.node = node;
    this.keys = keys(folder.resolve("kubelet.p12"));
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    this.server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/metrics/resource", this::answer);
    server.start();
  }

  private static KeyStore keys(Path file)
      throws IOException, GeneralSecurityException, InterruptedException {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "kubelet",
                "-keyalg",
                "EC",
                "-dname",
                "CN=kubelet",
                "-ext",
                "SAN=ip:127.0.0.1",
                "-validity",
                "1",
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                file.toString())
            .inheritIO()
            .start();
    if (keytool.waitFor() != 0) {
      throw new IllegalStateException("keytool made no certificate");
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD);
    }
    return keys;
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** What it must be trusted by, PEM. */
  String certificate() throws GeneralSecurityException {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded())
        + "\n-----END CERTIFICATE-----\n";
  }

  private byte[] encoded() throws GeneralSecurityException {
    var certificate = Objects.requireNonNull(keys.getCertificate("kubelet"));
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** The container {@code runtime} of this pod uses so much from now on. */
  void uses(String namespace, String pod, long bytes) {
    memory.put(
        "container=\"runtime\",namespace=\"%s\",pod=\"%s\"".formatted(namespace, pod), bytes);
  }

  /** Who has asked and was answered. */
  List<String> callers() {
    return List.copyOf(callers);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String user = user(exchange.getRequestHeaders().getFirst("Authorization"));
      if (user == null) {
        exchange.sendResponseHeaders(401, -1);
      } else if (!mayGetMetrics(user)) {
        exchange.sendResponseHeaders(403, -1);
      } else {
        callers.add(user);
        byte[] page = page().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, page.length);
        exchange.getResponseBody().write(page);
      }
    }
  }

  private String page() {
    long now = System.currentTimeMillis();
    StringBuilder page =
        new StringBuilder(
            """
            # HELP container_memory_working_set_bytes [STABLE] Current working set of the container in bytes
            # TYPE container_memory_working_set_bytes gauge
            """);
    memory.forEach((labels, bytes) ->
        page.append(
            "container_memory_working_set_bytes{%s} %s %d\n"
                .formatted(labels, Double.toString(bytes), now)));
    page.append("scrape_error 0\n");
    return page.toString();
  }

  private @Nullable String user(@Nullable String header) {
    if (header == null || !header.startsWith(BEARER)) {
      return null;
    }
    TokenReview review =
        admin
            .resource(
                new TokenReviewBuilder()
                    .withNewSpec()
                    .withToken(header.substring(BEARER.length()))
                    .endSpec()
                    .build())
            .create();
    return Boolean.TRUE.equals(review.getStatus().getAuthenticated())
        ? review.getStatus().getUser().getUsername()
        : null;
  }

  private boolean mayGetMetrics(String user) {
    return admin
        .authorization()
        .v1()
        .subjectAccessReview()
        .create(
            new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser(user)
                .withNewResourceAttributes()
                .withVerb("get")
                .withResource("nodes")
                .withSubresource("metrics")
                .withName(node)
                .endResourceAttributes()
                .endSpec()
                .build())
        .getStatus()
        .getAllowed();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
