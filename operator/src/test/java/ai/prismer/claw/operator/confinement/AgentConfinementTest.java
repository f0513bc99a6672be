package ai.prismer.claw.operator.confinement;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.operator.reconcile.ConditionDraft;
import ai.prismer.claw.operator.reconcile.Confinement.Verdict;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgentConfinementTest {
  private static final Claw CLAW =
      Serialization.unmarshal(
          """
          apiVersion: claw.prismer.ai/v1alpha1
          kind: Claw
          metadata: {name: a, namespace: team}
          spec: {runtime: openclaw, serviceAccount: {name: named}}
          """,
          Claw.class);
  private static final Account ACCOUNT = Account.of(CLAW);
  private static final Privileges NOTHING = new Privileges(ACCOUNT, List.of(), false);
  private static final List<Right> MANAGE = List.of(Right.EXCESSIVE.getFirst());
  private static final Proof PROVEN = new Proof.Proven();
  private static final Proof UNPROVEN = new Proof.Unproven("NotRefused", "x");

  @Test
  void anAgentThatMayAskForNothingHasNoRightsAndNoToken() {
    Verdict verdict = AgentConfinement.verdict(CLAW, NOTHING, null);
    assertThat(verdict.children()).isEmpty();
    assertThat(verdict.mountToken()).isFalse();
    assertThat(verdict.podAllowed()).isTrue();
    assertThat(verdict.conditions())
        .extracting(ConditionDraft::type)
        .containsExactly("LeastPrivilege");
  }

  @Test
  void aConfinedAgentMayReadAndPatchItsOwnClawAndNothingElse() {
    Verdict verdict = AgentConfinement.verdict(CLAW, NOTHING, PROVEN);
    assertThat(verdict.children()).hasSize(2);
    Role role = (Role) verdict.children().getFirst();
    assertThat(role.getRules()).hasSize(1);
    PolicyRule rule = role.getRules().getFirst();
    assertThat(rule.getApiGroups()).containsExactly("claw.prismer.ai");
    assertThat(rule.getResources()).containsExactly("claws");
    assertThat(rule.getResourceNames()).containsExactly("a");
    assertThat(rule.getVerbs()).containsExactly("get", "patch");
    RoleBinding binding = (RoleBinding) verdict.children().getLast();
    assertThat(binding.getSubjects())
        .singleElement()
        .satisfies(subject -> {
          assertThat(subject.getName()).isEqualTo("named");
          assertThat(subject.getNamespace()).isEqualTo("team");
        });
    assertThat(verdict.mountToken()).isTrue();
  }

  @Test
  void withoutProofTheRightsGoAndThePodStays() {
    Verdict verdict = AgentConfinement.verdict(CLAW, NOTHING, UNPROVEN);
    assertThat(verdict.children()).isEmpty();
    assertThat(verdict.podAllowed()).isTrue();
    assertThat(verdict.mountToken()).isTrue();
    assertThat(verdict.conditions())
        .contains(ConditionDraft.fails("ConfinementEnforced", "NotRefused", "x"));
  }

  @Test
  void anAccountThatHoldsTooMuchGetsNeitherPodNorRights() {
    Verdict verdict =
        AgentConfinement.verdict(CLAW, new Privileges(ACCOUNT, MANAGE, false), PROVEN);
    assertThat(verdict.podAllowed()).isFalse();
    assertThat(verdict.children()).isEmpty();
    assertThat(verdict.conditions().getFirst().status()).isEqualTo("False");
    assertThat(verdict.conditions().getFirst().message())
        .contains("team/named", "manage claws", "system:serviceaccounts:team");
  }

  @Test
  void anAccountThatTheConfigurationAllowsRunsAndTheConditionSaysWhy() {
    Verdict verdict = AgentConfinement.verdict(CLAW, new Privileges(ACCOUNT, MANAGE, true), null);
    assertThat(verdict.podAllowed()).isTrue();
    assertThat(verdict.conditions().getFirst().reason()).isEqualTo("AllowedByConfiguration");
    assertThat(verdict.conditions().getFirst().status()).isEqualTo("True");
  }
}
