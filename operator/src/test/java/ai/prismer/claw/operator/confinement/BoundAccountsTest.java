package ai.prismer.claw.operator.confinement;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.operator.confinement.BoundAccounts.Touched;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BoundAccountsTest {
  private static final Account AGENT = new Account("team", "agent");

  static Stream<Arguments> subjects() {
    Subject account = new Subject(null, "ServiceAccount", "agent", "team");
    Subject user = new Subject(null, "User", "system:serviceaccount:team:agent", null);
    return Stream.of(
        Arguments.of(null, account, List.of(AGENT)),
        Arguments.of("team", account, List.of(AGENT)),
        Arguments.of("elsewhere", account, List.of()),
        Arguments.of(null, user, List.of(AGENT)),
        Arguments.of("team", user, List.of(AGENT)),
        Arguments.of(null, new Subject(null, "User", "alice", null), List.of()),
        Arguments.of(null, new Subject(null, "User", "system:serviceaccount:x", null), List.of()),
        Arguments.of(null, new Subject(null, "ServiceAccount", "agent", null), List.of()),
        Arguments.of(null, new Subject(null, "Group", "system:serviceaccounts", null), List.of()));
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void aBindingNamesAccountsAsSuchOrAsUsersAndOnlyWhereItHolds(
      @Nullable String namespace, Subject subject, List<Account> expected) {
    assertThat(BoundAccounts.accounts(namespace, List.of(subject)))
        .containsExactlyElementsOf(expected);
  }

  static Stream<Arguments> groups() {
    return Stream.of(
        Arguments.of(null, "system:serviceaccounts", List.of(new Touched.All())),
        Arguments.of(null, "system:authenticated", List.of(new Touched.All())),
        Arguments.of("team", "system:authenticated", List.of(new Touched.Namespace("team"))),
        Arguments.of(null, "system:serviceaccounts:team", List.of(new Touched.Namespace("team"))),
        Arguments.of("team", "system:serviceaccounts:team", List.of(new Touched.Namespace("team"))),
        Arguments.of("elsewhere", "system:serviceaccounts:team", List.of()),
        Arguments.of(null, "developers", List.of()));
  }

  @ParameterizedTest
  @MethodSource("groups")
  void aGroupTouchesTheAccountsThatAreInIt(
      @Nullable String namespace, String group, List<Touched> expected) {
    Subject subject = new Subject("rbac.authorization.k8s.io", "Group", group, null);
    assertThat(BoundAccounts.groups(namespace, List.of(subject)))
        .containsExactlyElementsOf(expected);
  }
}
