package ai.prismer.claw.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.authentication.SelfSubjectReview;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ApiServerIT {

  @RegisterExtension static final ApiServer server = new ApiServer();

  @Test
  void aServiceAccountActsUnderItsOwnNameAndHoldsNoRights() {
    String namespace = server.namespace();
    KubernetesClient client = server.clientForServiceAccount(namespace, "agent");

    SelfSubjectReview review = client.resource(new SelfSubjectReview()).create();

    assertThat(review.getStatus().getUserInfo().getUsername())
        .isEqualTo("system:serviceaccount:" + namespace + ":agent");
    assertThatThrownBy(() -> client.secrets().inNamespace(namespace).list())
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            refused -> assertThat(refused.getCode()).isEqualTo(403));
  }

  @Test
  void anImpersonatedUserActsUnderTheNameAndTheGroupsItWasGiven() {
    SelfSubjectReview review =
        server.clientFor("alice", "team").resource(new SelfSubjectReview()).create();

    assertThat(review.getStatus().getUserInfo().getUsername()).isEqualTo("alice");
    assertThat(review.getStatus().getUserInfo().getGroups()).contains("team");
  }

  @Test
  void theResourceDefinitionsOfTheChartAreServed() {
    assertThat(server.admin().apiextensions().v1().customResourceDefinitions().list().getItems())
        .extracting(definition -> definition.getSpec().getGroup())
        .contains("claw.prismer.ai");
  }
}
