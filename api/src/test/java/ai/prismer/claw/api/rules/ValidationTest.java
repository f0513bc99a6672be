package ai.prismer.claw.api.rules;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Claw;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValidationTest {
  private static Claw claw(String name, String spec) {
    return Serialization.unmarshal(
        "---\n{apiVersion: claw.prismer.ai/v1alpha1, kind: Claw, metadata: {name: "
            + name
            + "}, spec: "
            + spec
            + "}",
        Claw.class);
  }

  @Test
  void aMinimalClawHasNothingWrongWithIt() {
    assertThat(Validation.of(claw("my-agent", "{runtime: openclaw}"))).isEmpty();
  }

  @Test
  void aFullClawHasNothingWrongWithIt() {
    assertThat(
            Validation.of(
                claw(
                    "my-agent",
                    """
                    {runtime: custom, customRuntime: {image: example/agent:1,
                      env: [{name: PORT, value: '8080'}],
                      resources: {requests: {memory: 64Mi}, limits: {memory: 64Mi}}},
                     config: {model: some-model, environment: {A: b}},
                     security: {networkPolicy: {allowedEgressCIDRs: [192.0.2.0/24, 'fd00::/8']}},
                     ops: {verifyWindow: 30s, maxMemory: 1Gi, adjustmentTTL: 72h}}\
                    """)))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Not-Dns   | {runtime: openclaw}                                      | metadata.name
          1st       | {runtime: openclaw}                                      | metadata.name
          a         | {config: {}}                                             | spec.runtime
          a         | {runtime: custom}                                        | spec.customRuntime
          a         | {runtime: openclaw, customRuntime: {image: x}}           | spec.customRuntime
          a         | {runtime: openclaw, config: [1]}                         | spec.config
          a         | {runtime: openclaw, config: {auth: x}}                   | spec.config.auth
          a         | {runtime: openclaw, config: {gateway: {bind: lan}}}      | spec.config.gateway.bind
          a         | {runtime: openclaw, config: {environment: x}}            | spec.config.environment
          a         | {runtime: openclaw, config: {environment: {'A=B': x}}}   | spec.config.environment
          a         | {runtime: openclaw, config: {environment: {A: 1}}}       | spec.config.environment."A"
          a         | {runtime: openclaw, config: {environment: {CLAW_NAME: x}}} | spec.config.environment.CLAW_NAME
          a         | {runtime: openclaw, resources: {limits: {memory: lots}}} | spec.resources.limits.memory
          a         | {runtime: openclaw, resources: {limits: {memory: 1Mi}, requests: {memory: 2Mi}}} | spec.resources.requests.memory
          a         | {runtime: openclaw, security: {networkPolicy: {allowedEgressCIDRs: [example.org]}}} | spec.security.networkPolicy.allowedEgressCIDRs
          a         | {runtime: openclaw, ops: {maxMemory: much}}              | spec.ops.maxMemory
          a         | {runtime: openclaw, ops: {maxMemory: -1Gi}}              | spec.ops.maxMemory
          a         | {runtime: openclaw, ops: {maxMemory: 0Mi}}               | spec.ops.maxMemory
          a         | {runtime: openclaw, ops: {verifyWindow: 29s}}            | spec.ops.verifyWindow
          a         | {runtime: openclaw, ops: {verifyWindow: 31m}}            | spec.ops.verifyWindow
          a         | {runtime: openclaw, ops: {verifyWindow: soon}}           | spec.ops.verifyWindow
          a         | {runtime: openclaw, ops: {approvalTimeout: 25h}}         | spec.ops.approvalTimeout
          a         | {runtime: openclaw, ops: {adjustmentTTL: 9m}}            | spec.ops.adjustmentTTL
          a         | {runtime: openclaw, ops: {adjustmentTTL: 8761h}}         | spec.ops.adjustmentTTL
          a         | {runtime: openclaw, bus: {size: 63Mi}}                   | spec.bus.size
          a         | {runtime: openclaw, bus: {size: lots}}                   | spec.bus.size
          a         | {runtime: custom, customRuntime: {image: x}, channels: [{name: b}]} | spec.bridge.protocol
          a         | {runtime: custom, customRuntime: {image: x}, channels: [{name: b}], bridge: {protocol: claw-ws}} | spec.bridge.port
          a         | {runtime: custom, customRuntime: {image: x}, channels: [{name: b}], bridge: {protocol: claw-uds}, replicas: 2} | spec.replicas
          a         | {runtime: custom, customRuntime: {image: x}, channels: [{name: b}], bridge: {protocol: nanoclaw-mailbox}, replicas: 2} | spec.replicas
          """)
  void aWrongFieldIsNamed(String name, String spec, String field) {
    assertThat(Validation.of(claw(name, spec))).extracting(Violation::field).containsExactly(field);
  }

  @Test
  void theMessageNeverCarriesControlCharacters() {
    assertThat(Validation.of(claw("a", "{runtime: openclaw, config: \"\\e[31m\"}")).toString())
        .doesNotContain("\u001b");
  }
}
