package ai.prismer.claw.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WriteCounterTest {

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "/api/v1/namespaces/a/pods/b/eviction, pods/eviction",
    "/api/v1/namespaces/a/secrets, secrets",
    "/apis/apps/v1/namespaces/a/statefulsets/b, statefulsets",
    "/apis/claw.prismer.ai/v1alpha1/namespaces/a/claws/b/status, claws/status",
    "/apis/authentication.k8s.io/v1/selfsubjectreviews, selfsubjectreviews",
    "/api/v1/namespaces/a, namespaces",
    "/, unknown",
  })
  void namesTheResourceOfAPath(String path, String resource) {
    assertThat(WriteCounter.resource(path)).isEqualTo(resource);
  }
}
