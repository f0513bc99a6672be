package ai.prismer.claw.operator.runtime;

import ai.prismer.claw.operator.cache.SlimItemStore;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.Cloner;
import java.time.Duration;

/** The operator framework, set up to say when something is to be reconciled and nothing else. */
final class Framework implements AutoCloseable {

  private static final Duration FAREWELL = Duration.ofSeconds(10);

  private final Operator operator;

  /**
   * Knows the controllers; starts nothing.
   *
   * @param workers reconciliations at once
   */
  Framework(
      ClawController controller,
      EscalationController escalations,
      ChannelController channels,
      KubernetesClient client,
      int workers) {
    operator =
        new Operator(settings ->
            settings
                .withKubernetesClient(client)
                .withCloseClientOnStop(false)
                .withConcurrentReconciliationThreads(workers)
                .withReconciliationTerminationTimeout(FAREWELL)
                .withParseResourceVersions(true)
                .withResourceCloner(new SharedObjects())
                .checkingCRDAndValidateLocalModel(false));
    operator.register(
        controller,
        settings ->
            settings
                .withName("claw")
                // Annotations carry intents, and finalizer and deletion are the reconciler's own.
                .withGenerationAware(false)
                .withTriggerReconcilerOnAllEvents(true)
                .watchingAllNamespaces()
                .withItemStore(SlimItemStore.withoutManagedFields())
                .withOnUpdateFilter(controller::matters));
    operator.register(
        escalations,
        settings ->
            settings
                .withName("escalation")
                .withGenerationAware(false)
                .withTriggerReconcilerOnAllEvents(true)
                .watchingAllNamespaces()
                .withItemStore(SlimItemStore.withoutManagedFields()));
    operator.register(
        channels,
        settings ->
            settings
                .withName("channel")
                .withGenerationAware(false)
                .withTriggerReconcilerOnAllEvents(true)
                .watchingAllNamespaces()
                .withItemStore(SlimItemStore.withoutManagedFields()));
  }

  /** Fills the caches and begins to reconcile. */
  void start() {
    operator.start();
  }

  @Override
  public void close() {
    operator.stop();
  }

  /** Nothing here changes what a cache hands out, so nothing needs to be copied. */
  private static final class SharedObjects implements Cloner {
    @Override
    public <R extends HasMetadata> R clone(R object) {
      return object;
    }
  }
}
