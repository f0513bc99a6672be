package ai.prismer.claw.operator.confinement;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.operator.configuration.Companion;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rights of companions, given and taken with the operator's own account. */
class CompanionRightsIT {
  @RegisterExtension
  @Order(1)
  static final ApiServer server = new ApiServer();

  @RegisterExtension
  @Order(2)
  static final InstalledChart chart = new InstalledChart(server);

  @Test
  void aCompanionHoldsItsRightsWhileConfinementIsProvenWhereItWatchesAndNowhereElse() {
    String watched = server.namespace();
    String other = server.namespace();
    Companion companion = new Companion("ops/companion", List.of(watched));
    CompanionRights rights = new CompanionRights(chart.operator(), List.of(companion));

    rights.proof(watched, true);
    rights.proof(other, true);

    assertThat(may(companion, watched, "patch", "claws")).isTrue();
    assertThat(may(companion, watched, "analyze", "claws")).isTrue();
    assertThat(may(companion, watched, "get", "clawopsescalations")).isTrue();
    assertThat(may(companion, watched, "manage", "claws")).isFalse();
    assertThat(may(companion, watched, "patch", "clawopsescalations")).isFalse();
    assertThat(may(companion, watched, "approve", "clawopsescalations")).isFalse();
    assertThat(may(companion, other, "patch", "claws")).isFalse();
    assertThat(rights.active(watched)).hasValue("system:serviceaccount:ops:companion");
    assertThat(rights.active(other)).isEmpty();

    rights.proof(watched, false);

    assertThat(may(companion, watched, "patch", "claws")).isFalse();
    assertThat(rights.active(watched)).isEmpty();
  }

  @Test
  void whatIsAsItShouldBeIsNotWrittenAgain() {
    String watched = server.namespace();
    Companion companion = new Companion("ops/companion", List.of(watched));
    CompanionRights rights = new CompanionRights(chart.operator(), List.of(companion));
    rights.proof(watched, true);
    String version = role(watched).getMetadata().getResourceVersion();

    rights.proof(watched, true);

    assertThat(role(watched).getMetadata().getResourceVersion()).isEqualTo(version);
  }

  @Test
  void whatAFormerConfigurationGrantedIsTakenAway() {
    String watched = server.namespace();
    new CompanionRights(chart.operator(), List.of(new Companion("ops/former", List.of(watched))))
        .proof(watched, true);
    assertThat(roles(watched)).hasSize(1);

    new CompanionRights(chart.operator(), List.of()).retire();

    assertThat(roles(watched)).isEmpty();
    assertThat(server.admin().rbac().roleBindings().inNamespace(watched).list().getItems())
        .isEmpty();
  }

  private static Role role(String namespace) {
    return roles(namespace).getFirst();
  }

  private static List<Role> roles(String namespace) {
    return server.admin().rbac().roles().inNamespace(namespace).list().getItems();
  }

  private static boolean may(Companion who, String namespace, String verb, String resource) {
    return server
        .admin()
        .resource(
            new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser(who.userName())
                .withNewResourceAttributes()
                .withGroup("claw.prismer.ai")
                .withNamespace(namespace)
                .withVerb(verb)
                .withResource(resource)
                .endResourceAttributes()
                .endSpec()
                .build())
        .create()
        .getStatus()
        .getAllowed();
  }
}
