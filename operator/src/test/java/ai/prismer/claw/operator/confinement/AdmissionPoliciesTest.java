package ai.prismer.claw.operator.confinement;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.MatchResources;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBindingBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AdmissionPoliciesTest {
  private final List<ValidatingAdmissionPolicy> policies = new ArrayList<>();
  private final List<ValidatingAdmissionPolicyBinding> bindings = new ArrayList<>();

  AdmissionPoliciesTest() {
    AdmissionPolicies.ALL.forEach(name -> {
      policies.add(policy(name, "Fail"));
      bindings.add(binding(name, name, "Deny"));
    });
    policies.add(policy("somebody-elses", "Ignore"));
    bindings.add(binding("somebody-elses", "somebody-elses", "Warn"));
  }

  static List<String> names() {
    return AdmissionPolicies.ALL;
  }

  @Test
  void theFenceIsWholeAsTheChartInstallsIt() {
    assertThat(AdmissionPolicies.flaw(policies, bindings)).isEmpty();
    policies.set(0, policy(AdmissionPolicies.ALL.getFirst(), null));
    assertThat(AdmissionPolicies.flaw(policies, bindings)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("names")
  void eachPolicyIsMissed(String name) {
    policies.removeIf(policy -> policy.getMetadata().getName().equals(name));
    assertThat(AdmissionPolicies.flaw(policies, bindings))
        .contains("ValidatingAdmissionPolicy " + name + " does not exist");
  }

  @ParameterizedTest
  @MethodSource("names")
  void eachBindingIsMissed(String name) {
    bindings.removeIf(binding -> binding.getMetadata().getName().equals(name));
    assertThat(AdmissionPolicies.flaw(policies, bindings))
        .contains("ValidatingAdmissionPolicyBinding " + name + " does not exist");
  }

  @ParameterizedTest
  @MethodSource("names")
  void aBindingThatOnlyWarnsIsAFlaw(String name) {
    bindings.replaceAll(binding ->
        binding.getMetadata().getName().equals(name) ? binding(name, name, "Warn") : binding);
    assertThat(AdmissionPolicies.flaw(policies, bindings))
        .contains(
            "ValidatingAdmissionPolicyBinding "
                + name
                + " has validationActions Warn instead of Deny");
  }

  @Test
  void aBindingToSomethingElseIsAFlaw() {
    bindings.set(0, binding(AdmissionPolicies.ALL.getFirst(), "somebody-elses", "Deny"));
    assertThat(AdmissionPolicies.flaw(policies, bindings).orElseThrow())
        .contains("binds somebody-elses");
  }

  @Test
  void aBindingThatHoldsOnlySomewhereIsAFlaw() {
    ValidatingAdmissionPolicyBinding narrow =
        binding(AdmissionPolicies.ALL.getFirst(), AdmissionPolicies.ALL.getFirst(), "Deny");
    narrow.getSpec().setMatchResources(new MatchResources());
    bindings.set(0, narrow);
    assertThat(AdmissionPolicies.flaw(policies, bindings).orElseThrow()).contains("matchResources");
  }

  @Test
  void aPolicyThatLetsThroughWhatItCannotEvaluateIsAFlaw() {
    policies.set(0, policy(AdmissionPolicies.ALL.getFirst(), "Ignore"));
    assertThat(AdmissionPolicies.flaw(policies, bindings).orElseThrow())
        .contains("failurePolicy Ignore instead of Fail");
  }

  private static ValidatingAdmissionPolicy policy(String name, @Nullable String failurePolicy) {
    return new ValidatingAdmissionPolicyBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withFailurePolicy(failurePolicy)
        .endSpec()
        .build();
  }

  private static ValidatingAdmissionPolicyBinding binding(
      String name, String policy, String action) {
    return new ValidatingAdmissionPolicyBindingBuilder()
        .withNewMetadata()
        .withName(name)
        .withLabels(Map.of())
        .endMetadata()
        .withNewSpec()
        .withPolicyName(policy)
        .withValidationActions(action)
        .endSpec()
        .build();
  }
}
