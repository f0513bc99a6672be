package ai.prismer.claw.testkit.attack;

import ai.prismer.claw.testkit.attack.Attack.Identity;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Clients of everybody who acts on one Claw, each with a token of its own account: the agent's is
 * bound to its pod where there is one, which is the token that the kubelet would mount. Only the
 * operator is impersonated by the administrator, because its token is nobody's to have.
 */
public final class Identities implements Function<Identity, KubernetesClient>, AutoCloseable {
  private static final long TOKEN_SECONDS = 3600;

  private final Config administratorConfig;
  private final KubernetesClient administrator;
  private final Target target;
  private final Map<Identity, KubernetesClient> clients = new EnumMap<>(Identity.class);

  /**
   * Nobody yet; clients are made when they are asked for.
   *
   * @param administratorConfig how to reach the API server as a cluster administrator
   * @param target the Claw
   */
  public Identities(Config administratorConfig, Target target) {
    this.administratorConfig = administratorConfig;
    this.administrator = new KubernetesClientBuilder().withConfig(administratorConfig).build();
    this.target = target;
  }

  @Override
  public synchronized KubernetesClient apply(Identity identity) {
    return clients.computeIfAbsent(identity, this::client);
  }

  private KubernetesClient client(Identity identity) {
    return switch (identity) {
      case ADMINISTRATOR -> open(administratorConfig);
      case OPERATOR ->
          open(
              new ConfigBuilder(administratorConfig)
                  .withImpersonateUsername(target.operator())
                  .build());
      case AGENT -> {
        String account = target.agent().substring(target.agent().lastIndexOf(':') + 1);
        yield open(withToken(token(account, pod())));
      }
      case OWNER, EDITOR, COMPANION, APPROVER ->
          open(withToken(token(People.account(identity), null)));
    };
  }

  private @Nullable Pod pod() {
    return administrator
        .pods()
        .inNamespace(target.namespace())
        .withName(target.claw() + "-0")
        .get();
  }

  private String token(String account, @Nullable Pod boundTo) {
    TokenRequest request =
        new TokenRequestBuilder()
            .withNewSpec()
            .withExpirationSeconds(TOKEN_SECONDS)
            .endSpec()
            .build();
    if (boundTo != null) {
      request =
          new TokenRequestBuilder(request)
              .editSpec()
              .withNewBoundObjectRef()
              .withApiVersion("v1")
              .withKind("Pod")
              .withName(boundTo.getMetadata().getName())
              .withUid(boundTo.getMetadata().getUid())
              .endBoundObjectRef()
              .endSpec()
              .build();
    }
    return administrator
        .serviceAccounts()
        .inNamespace(target.namespace())
        .withName(account)
        .tokenRequest(request)
        .getStatus()
        .getToken();
  }

  private Config withToken(String token) {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl(administratorConfig.getMasterUrl())
        .withCaCertData(administratorConfig.getCaCertData())
        .withCaCertFile(administratorConfig.getCaCertFile())
        .withOauthToken(token)
        .build();
  }

  private static KubernetesClient open(Config config) {
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  @Override
  public synchronized void close() {
    clients.values().forEach(KubernetesClient::close);
    clients.clear();
    administrator.close();
  }
}
