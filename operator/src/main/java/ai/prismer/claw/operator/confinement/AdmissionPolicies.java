package ai.prismer.claw.operator.confinement;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The admission policies of the chart, by the names it gives them; each binding has the name of its
 * policy.
 *
 * <p>Two of them are proven by what they refuse. All of them are looked at: a policy that is gone,
 * or a binding that only warns, means that somebody took the fence down, and then no agent keeps a
 * right, whichever part of the fence it was.
 */
final class AdmissionPolicies {
  /** Without the verb {@code manage} only three annotations may change. */
  static final String CONFINEMENT = "k8s4claw-confinement";

  /** The author of an intent is the authenticated user. */
  static final String INTENT_AUTHOR = "k8s4claw-intent-author";

  /** All of them. */
  static final List<String> ALL =
      List.of(
          CONFINEMENT,
          INTENT_AUTHOR,
          "k8s4claw-requests",
          "k8s4claw-claw-author",
          "k8s4claw-channels",
          "k8s4claw-status",
          "k8s4claw-escalations",
          "k8s4claw-receipts",
          "k8s4claw-log",
          "k8s4claw-audit-requests");

  private static final String FAIL = "Fail";
  private static final String DENY = "Deny";

  private AdmissionPolicies() {}

  /** Whether an object of this name is one of ours. */
  static boolean isOurs(String name) {
    return ALL.contains(name);
  }

  /**
   * The first thing that keeps our policies from refusing everywhere, as a sentence for a person;
   * empty if there is nothing.
   *
   * @param policies the policies of the cluster, others among them
   * @param bindings the bindings of the cluster, others among them
   */
  static Optional<String> flaw(
      Collection<ValidatingAdmissionPolicy> policies,
      Collection<ValidatingAdmissionPolicyBinding> bindings) {
    for (String name : ALL) {
      Optional<String> flaw =
          policies.stream()
              .filter(policy -> policy.getMetadata().getName().equals(name))
              .findFirst()
              .map(AdmissionPolicies::flaw)
              .orElse(Optional.of("ValidatingAdmissionPolicy " + name + " does not exist"))
              .or(() ->
                  bindings.stream()
                      .filter(binding -> binding.getMetadata().getName().equals(name))
                      .findFirst()
                      .map(AdmissionPolicies::flaw)
                      .orElse(
                          Optional.of(
                              "ValidatingAdmissionPolicyBinding " + name + " does not exist")));
      if (flaw.isPresent()) {
        return flaw;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> flaw(ValidatingAdmissionPolicy policy) {
    // An absent failurePolicy means Fail.
    String failure = policy.getSpec().getFailurePolicy();
    return failure == null || failure.equals(FAIL)
        ? Optional.empty()
        : Optional.of(
            "ValidatingAdmissionPolicy "
                + policy.getMetadata().getName()
                + " has failurePolicy "
                + failure
                + " instead of Fail");
  }

  private static Optional<String> flaw(ValidatingAdmissionPolicyBinding binding) {
    var spec = binding.getSpec();
    String name = binding.getMetadata().getName();
    String subject = "ValidatingAdmissionPolicyBinding " + name;
    if (!name.equals(spec.getPolicyName())) {
      return Optional.of(subject + " binds " + spec.getPolicyName());
    }
    if (!spec.getValidationActions().contains(DENY)) {
      return Optional.of(
          subject
              + " has validationActions "
              + String.join(", ", spec.getValidationActions())
              + " instead of Deny");
    }
    if (spec.getMatchResources() != null) {
      return Optional.of(subject + " has matchResources, so it does not hold everywhere");
    }
    return Optional.empty();
  }
}
