package ai.prismer.claw.operator.confinement;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Looks at our admission policies and bindings, and says when one changes.
 *
 * <p>The look is a fresh list and not the watch's cache: a watch can be dead for minutes before
 * anybody notices, and what this class says gives or takes rights.
 *
 * <p>{@link #watch} and {@link #flaw} are called from one thread.
 */
final class PolicyWatch implements AutoCloseable {
  private final KubernetesClient client;
  private final Runnable changed;
  private final List<SharedIndexInformer<?>> informers = new ArrayList<>();

  /**
   * Makes a watch that begins with {@link #watch}.
   *
   * @param client client of the operator
   * @param changed called when the spec of one of ours appears, changes or goes
   */
  PolicyWatch(KubernetesClient client, Runnable changed) {
    this.client = client;
    this.changed = changed;
  }

  /** Begins to watch, once; on a server that has no such kinds yet, does nothing. */
  void watch() {
    if (!informers.isEmpty() || !supported()) {
      return;
    }
    informers.add(watch(ValidatingAdmissionPolicy.class, policy -> policy.getSpec()));
    informers.add(watch(ValidatingAdmissionPolicyBinding.class, binding -> binding.getSpec()));
  }

  /** What keeps the policies from refusing everywhere, or null if there is nothing. */
  Proof.@Nullable Unproven flaw() {
    try {
      var api = client.admissionRegistration().v1();
      return AdmissionPolicies.flaw(
              api.validatingAdmissionPolicies().list().getItems(),
              api.validatingAdmissionPolicyBindings().list().getItems())
          .map(Proof::flawed)
          .orElse(null);
    } catch (KubernetesClientException failed) {
      return failed.getCode() == 404
          ? new Proof.Unproven(
              "PolicyUnsupported",
              "this API server knows no ValidatingAdmissionPolicy (admissionregistration.k8s.io/v1,"
                  + " Kubernetes 1.30); agents have no rights, rules heal all the same")
          : new Proof.Unproven(
              "Unanswered", "the admission policies could not be read: " + Reply.words(failed));
    }
  }

  private boolean supported() {
    return client.supports(ValidatingAdmissionPolicy.class);
  }

  private <T extends HasMetadata> SharedIndexInformer<T> watch(
      Class<T> kind, Function<T, Object> spec) {
    SharedIndexInformer<T> informer =
        client
            .resources(kind)
            .runnableInformer(0)
            .addEventHandler(
                new ResourceEventHandler<T>() {
                  @Override
                  public void onAdd(T added) {
                    report(added);
                  }

                  @Override
                  public void onUpdate(T before, T after) {
                    // The API server writes type-check results into the status of a policy.
                    if (!Objects.equals(spec.apply(before), spec.apply(after))) {
                      report(after);
                    }
                  }

                  @Override
                  public void onDelete(T gone, boolean unknown) {
                    report(gone);
                  }
                })
            .exceptionHandler((started, failure) -> true);
    informer.start();
    return informer;
  }

  private void report(HasMetadata object) {
    if (AdmissionPolicies.isOurs(object.getMetadata().getName())) {
      changed.run();
    }
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::close);
  }
}
