package ai.prismer.claw.operator.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ResourceRequirements;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EffectiveResourcesTest {

  @ParameterizedTest(name = "request {0}, limit {1}, at least {2}: request {3}, limit {4}")
  @CsvSource(
      nullValues = "-",
      value = {
        "64Mi, 128Mi, -, 64Mi, 128Mi",
        "64Mi, 128Mi, 192Mi, 64Mi, 192Mi",
        "64Mi, 128Mi, 96Mi, 64Mi, 128Mi",
        "64Mi, 128Mi, 0.125Gi, 64Mi, 128Mi",
        "128Mi, 128Mi, 192Mi, 192Mi, 192Mi",
        "134217728, 128Mi, 192Mi, 192Mi, 192Mi",
        "-, 128Mi, 192Mi, -, 192Mi",
        "64Mi, -, 192Mi, 64Mi, -",
      })
  void anAdjustmentRaisesTheLimitAndTheRequestOnlyWithIt(
      String request, String limit, String adjustment, String wantedRequest, String wantedLimit) {
    ResourceRequirements resources =
        EffectiveResources.of(
            Claws.of(
                "spec: {runtime: openclaw, resources: {requests: {"
                    + entry(request)
                    + "}, limits: {"
                    + entry(limit)
                    + "}}}\n"
                    + (adjustment == null
                        ? ""
                        : "status: {ops: {adjustments: [{field: memory, value: "
                            + adjustment
                            + ", by: rule, generation: 1, since: now}]}}\n")));

    assertThat(String.valueOf(resources.getRequests().get("memory")))
        .isEqualTo(String.valueOf(wantedRequest));
    assertThat(String.valueOf(resources.getLimits().get("memory")))
        .isEqualTo(String.valueOf(wantedLimit));
  }

  private static String entry(String memory) {
    return memory == null ? "" : "memory: " + memory;
  }
}
