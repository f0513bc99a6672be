package ai.prismer.claw.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server itself refuses a wrong Claw, in words that say field, value and what is allowed. */
class SchemaIT {
  @RegisterExtension static final ApiServer server = new ApiServer();

  private static void create(String name, String spec) {
    server
        .admin()
        .resource(
            "---\n{apiVersion: claw.prismer.ai/v1alpha1, kind: Claw, metadata: {name: "
                + name
                + "}, spec: "
                + spec
                + "}")
        .inNamespace("default")
        .create();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {runtime: nope}                                    | spec.runtime | "nope"       | supported values
          {runtime: custom}                                  | spec         | customRuntime | is required with runtime custom
          {runtime: openclaw, ops: {verifyWindow: 5s}}       | spec.ops.verifyWindow | verifyWindow is 5s | it must lie between 30s and 30m
          {runtime: openclaw, ops: {adjustmentTTL: 1m}}      | spec.ops.adjustmentTTL | adjustmentTTL is 1m | it must lie between 10m and 8760h
          {runtime: openclaw, security: {podSecurityContext: {runAsUser: 0}}} | spec.security.podSecurityContext.runAsUser | 0 | greater than or equal to 1
          {runtime: openclaw, config: text}                  | spec.config  | string | must be of type object
          """)
  void aWrongSpecIsRefusedWithFieldValueAndWhatIsAllowed(
      String spec, String field, String value, String allowed) {
    assertThatExceptionOfType(KubernetesClientException.class)
        .isThrownBy(() -> create("wrong", spec))
        .withMessageContaining(field)
        .withMessageContaining(value)
        .withMessageContaining(allowed);
  }

  @Test
  void aNameThatCannotBecomeALabelIsRefusedByTheServer() {
    assertThatExceptionOfType(KubernetesClientException.class)
        .isThrownBy(() -> create("1st", "{runtime: openclaw}"))
        .withMessageContaining("metadata.name is 1st; use at most 52 of a-z");
  }

  @Test
  void theRuntimeCannotBeChanged() {
    create("kept", "{runtime: openclaw}");
    assertThatExceptionOfType(KubernetesClientException.class)
        .isThrownBy(() ->
            server
                .admin()
                .genericKubernetesResources("claw.prismer.ai/v1alpha1", "Claw")
                .inNamespace("default")
                .withName("kept")
                .patch(
                    PatchContext.of(PatchType.JSON_MERGE),
                    "{\"spec\":{\"runtime\":\"custom\",\"customRuntime\":{\"image\":\"x\"}}}"))
        .withMessageContaining("runtime is openclaw and cannot become custom; create a new Claw");
  }
}
