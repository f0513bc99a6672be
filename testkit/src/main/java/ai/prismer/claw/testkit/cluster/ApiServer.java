package ai.prismer.claw.testkit.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real API server with etcd and the controller manager; there is no kubelet, so pods are made but
 * never run, and a test sets their status where it matters.
 *
 * <p>
 *
 * {@snippet :
 * @RegisterExtension static final ApiServer server = new ApiServer();
 * }
 *
 * <p>All test classes of a JVM share one server, started by the first; each takes fresh namespaces
 * with {@link #namespace()}, which go when the class ends. The CRDs of the chart are installed.
 * With {@code CLAW_USE_CURRENT_CLUSTER=1} the cluster of {@code KUBECONFIG} is used instead and
 * nothing is started.
 */
public final class ApiServer implements BeforeAllCallback, AfterAllCallback {

  private static final ExtensionContext.Namespace STORE =
      ExtensionContext.Namespace.create(ApiServer.class);
  private static final AtomicInteger COUNTER = new AtomicInteger();

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final List<String> namespaces = new ArrayList<>();
  private @Nullable Server server;

  /** The server of this JVM, kept by JUnit until the whole run ends. */
  private record Server(Config config, KubernetesClient admin, @Nullable ApiServerProcess process)
      implements AutoCloseable {

    static Server start() {
      if ("1".equals(System.getenv("CLAW_USE_CURRENT_CLUSTER"))) {
        Config current = Config.autoConfigure(null);
        return ready(current, null);
      }
      ApiServerProcess process = ApiServerProcess.start(root());
      Config config = Config.fromKubeconfig(process.kubeconfig());
      // The test bed's keys are on an elliptic curve; the client tries only RSA unless told.
      config.setClientKeyAlgo("EC");
      return ready(config, process);
    }

    private static Server ready(Config config, @Nullable ApiServerProcess process) {
      KubernetesClient admin = new KubernetesClientBuilder().withConfig(config).build();
      CustomResources.install(admin, root().resolve("charts/k8s4claw/files/crds"));
      return new Server(config, admin, process);
    }

    @Override
    public void close() {
      admin.close();
      if (process != null) {
        process.stop();
      }
    }
  }

  /** Root of the repository. */
  public static Path root() {
    String root = System.getProperty("claw.root");
    if (root == null) {
      throw new IllegalStateException("set the system property claw.root to the repository's root");
    }
    return Path.of(root);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    server =
        context
            .getRoot()
            .getStore(STORE)
            .computeIfAbsent(Server.class, key -> Server.start(), Server.class);
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    for (String namespace : namespaces) {
      admin().namespaces().withName(namespace).delete();
    }
    for (AutoCloseable client : opened.reversed()) {
      client.close();
    }
    opened.clear();
    namespaces.clear();
  }

  private Server server() {
    if (server == null) {
      throw new IllegalStateException("the server exists from beforeAll on");
    }
    return server;
  }

  /** Client of a cluster administrator (group {@code system:masters}). */
  public KubernetesClient admin() {
    return server().admin();
  }

  /**
   * Folder with {@code kubelet.crt} and {@code kubelet.key}, PEM, which the server takes for a
   * kubelet's at 127.0.0.1; null for a server that these tests did not start.
   */
  public @Nullable Path certificates() {
    ApiServerProcess process = server().process();
    return process == null ? null : process.certificates();
  }

  /** How the administrator reaches the server; a copy that the caller may change. */
  public Config adminConfig() {
    return new ConfigBuilder(server().config()).build();
  }

  /** Makes a namespace of its own for a test; it is deleted after the class, without waiting. */
  public String namespace() {
    String name =
        "test-"
            + Long.toString(System.nanoTime(), 36).toLowerCase(Locale.ROOT)
            + "-"
            + COUNTER.incrementAndGet();
    admin()
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    namespaces.add(name);
    awaitAccount(name, "default");
    return name;
  }

  /** Creates objects as the administrator and returns them as the server stored them. */
  public List<HasMetadata> apply(String yaml) {
    InputStream read = new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8));
    return admin().load(read).items().stream()
        .map(item -> admin().resource(item).serverSideApply())
        .toList();
  }

  /** Client that acts as a user and groups by impersonation; closed after the class. */
  public KubernetesClient clientFor(String user, String... groups) {
    Config config = adminConfig();
    config.setImpersonateUsername(user);
    config.setImpersonateGroups(groups);
    return open(config);
  }

  /**
   * How a ServiceAccount reaches the server: with a real token of one hour, by TokenRequest. Makes
   * the account if it does not exist.
   */
  public Config configForServiceAccount(String namespace, String name) {
    awaitAccount(namespace, name);
    String token =
        admin()
            .serviceAccounts()
            .inNamespace(namespace)
            .withName(name)
            .tokenRequest(
                new TokenRequestBuilder()
                    .withNewSpec()
                    .withExpirationSeconds(3600L)
                    .endSpec()
                    .build())
            .getStatus()
            .getToken();
    Config admin = server().config();
    return new ConfigBuilder(Config.empty())
        .withMasterUrl(admin.getMasterUrl())
        .withCaCertData(admin.getCaCertData())
        .withCaCertFile(admin.getCaCertFile())
        .withOauthToken(token)
        .build();
  }

  /** Client of {@link #configForServiceAccount}; closed after the class. */
  public KubernetesClient clientForServiceAccount(String namespace, String name) {
    return open(configForServiceAccount(namespace, name));
  }

  private KubernetesClient open(Config config) {
    KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build();
    opened.add(client);
    return client;
  }

  private void awaitAccount(String namespace, String name) {
    var account = admin().serviceAccounts().inNamespace(namespace).withName(name);
    if (account.get() != null) {
      return;
    }
    if (name.equals("default")) {
      // Made by the controller manager a moment after the namespace.
      account.waitUntilCondition(found -> found != null, 30, TimeUnit.SECONDS);
    } else {
      admin()
          .resource(
              new ServiceAccountBuilder()
                  .withNewMetadata()
                  .withNamespace(namespace)
                  .withName(name)
                  .endMetadata()
                  .build())
          .create();
    }
  }

  /** The chart's resource definitions. */
  private static final class CustomResources {

    private CustomResources() {}

    static void install(KubernetesClient admin, Path folder) {
      try (Stream<Path> files = Files.list(folder)) {
        List<Path> manifests = files.filter(file -> file.toString().endsWith(".yaml")).toList();
        for (Path manifest : manifests) {
          try (InputStream yaml = Files.newInputStream(manifest)) {
            admin.load(yaml).items().forEach(item -> established(admin, item));
          }
        }
      } catch (IOException unreadable) {
        throw new UncheckedIOException("cannot read the resource definitions", unreadable);
      }
    }

    private static void established(KubernetesClient admin, HasMetadata definition) {
      admin.resource(definition).forceConflicts().serverSideApply();
      admin
          .apiextensions()
          .v1()
          .customResourceDefinitions()
          .withName(definition.getMetadata().getName())
          .waitUntilCondition(
              found ->
                  found != null
                      && found.getStatus() != null
                      && found.getStatus().getConditions() != null
                      && found.getStatus().getConditions().stream()
                          .anyMatch(condition ->
                              condition.getType().equals("Established")
                                  && condition.getStatus().equals("True")),
              30,
              TimeUnit.SECONDS);
    }
  }
}
