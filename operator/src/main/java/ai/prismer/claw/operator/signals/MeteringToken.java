package ai.prismer.claw.operator.signals;

import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * A token for kubelets: of an account that may read their measurements and nothing else. A node
 * that was taken over sees it, so it must not be the operator's own, which reads every Secret.
 *
 * <p>Used by one thread.
 */
final class MeteringToken {
  private static final Duration LIFE = Duration.ofHours(1);
  private static final Duration RENEW_BEFORE = Duration.ofMinutes(20);

  private final KubernetesClient client;
  private final String namespace;
  private final String account;
  private final Clock clock;
  private String token = "";
  private Instant renewAt = Instant.MIN;

  MeteringToken(KubernetesClient client, String namespace, String account, Clock clock) {
    this.client = client;
    this.namespace = namespace;
    this.account = account;
    this.clock = clock;
  }

  /**
   * The token.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if the API server gives none
   */
  String get() {
    Instant now = clock.instant();
    if (!now.isBefore(renewAt)) {
      token =
          client
              .serviceAccounts()
              .inNamespace(namespace)
              .withName(account)
              .tokenRequest(
                  new TokenRequestBuilder()
                      .withNewSpec()
                      .withExpirationSeconds(LIFE.toSeconds())
                      .endSpec()
                      .build())
              .getStatus()
              .getToken();
      renewAt = now.plus(LIFE).minus(RENEW_BEFORE);
    }
    return token;
  }

  /** It was refused: the next one is new. */
  void forget() {
    renewAt = Instant.MIN;
  }
}
