package ai.prismer.claw.cli;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which cluster, and as whom: as {@code kubectl} would choose.
 *
 * @param kubeconfig the file that was named, if one was
 * @param context the context that was named, if one was
 */
public record ClusterAccess(@Nullable Path kubeconfig, @Nullable String context) {
  /** Where the library looks when it has found neither a kubeconfig nor a pod's own account. */
  private static final String NOWHERE = "https://kubernetes.default.svc";

  /** Beside what the server itself allows: nobody waits longer for one answer. */
  private static final int REQUEST_MILLIS = 30_000;

  private static final int CONNECT_MILLIS = 5_000;

  /**
   * Does something with a client and closes it.
   *
   * @param what what is tried, for the error message: "reading the receipts of namespace x"
   * @throws CommandException if there is no cluster, or it says no
   */
  public <T> T call(String what, Function<KubernetesClient, T> work) {
    Config config = config();
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build()) {
      return work.apply(client);
    } catch (KubernetesClientException e) {
      throw Refusals.explained(what, e, config);
    }
  }

  /**
   * A client that acts as a ServiceAccount, for who may impersonate it; the caller closes it. The
   * server adds the groups of the account: to name them would need a right on each.
   */
  public static KubernetesClient as(KubernetesClient client, String user) {
    Config config = new ConfigBuilder(client.getConfiguration()).build();
    config.setImpersonateUsername(user);
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  private Config config() {
    Config config;
    if (kubeconfig == null) {
      config = Config.autoConfigure(context);
      if (config.getMasterUrl().startsWith(NOWHERE) && config.getCurrentContext() == null) {
        throw CommandException.usage(
            "no cluster: there is no kubeconfig; name one with --kubeconfig or in KUBECONFIG");
      }
    } else {
      if (!Files.isReadable(kubeconfig)) {
        throw CommandException.usage("cannot read the kubeconfig " + kubeconfig);
      }
      config = Config.fromKubeconfig(context, kubeconfig.toFile());
    }
    if (context != null
        && (config.getCurrentContext() == null
            || !context.equals(config.getCurrentContext().getName()))) {
      throw CommandException.usage("the kubeconfig has no context " + context);
    }
    ClientKey.correct(config);
    // A person waits for the answer: no minutes of retries against a cluster that is away.
    config.setRequestRetryBackoffLimit(2);
    config.setRequestTimeout(REQUEST_MILLIS);
    config.setConnectionTimeout(CONNECT_MILLIS);
    return config;
  }
}
