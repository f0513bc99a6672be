package ai.prismer.claw.operator.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NetworkModelTest {

  @Test
  void byDefaultNothingComesInAndOnlyDnsAndPublicHttpsGoOut() {
    NetworkPolicy policy = policy("spec: {runtime: openclaw}\n", false);

    assertThat(policy.getSpec().getPolicyTypes()).containsExactly("Ingress", "Egress");
    assertThat(policy.getSpec().getIngress()).isEmpty();
    assertThat(policy.getSpec().getEgress()).hasSize(2);
    assertThat(ports(policy.getSpec().getEgress().getFirst())).containsExactly("UDP 53", "TCP 53");
    assertThat(ports(policy.getSpec().getEgress().getLast())).containsExactly("TCP 443");
  }

  @Test
  void httpsIsClosedToPrivateRangesMetadataAndTheApiServer() {
    NetworkPolicy policy = policy("spec: {runtime: openclaw}\n", false);

    assertThat(policy.getSpec().getEgress().getLast().getTo().getFirst().getIpBlock().getExcept())
        .contains("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16")
        .contains("192.0.2.7/32");
    assertThat(policy.getSpec().getEgress().getLast().getTo().getLast().getIpBlock().getExcept())
        .contains("fc00::/7", "fe80::/10", "2001:db8::7/128");
  }

  @Test
  void theApiServerIsOpenedOnlyToAPodWithAToken() {
    NetworkPolicy policy = policy("spec: {runtime: openclaw}\n", true);

    assertThat(policy.getSpec().getEgress().subList(2, 4))
        .extracting(rule -> rule.getTo().getFirst().getIpBlock().getCidr() + " " + ports(rule))
        .containsExactly("192.0.2.7/32 [TCP 6443]", "2001:db8::7/128 [TCP 6443]");
  }

  @Test
  void exposingOpensTheGatewayToTheOwnNamespaceAndNamedOnes() {
    NetworkPolicy policy =
        policy(
            """
            spec:
              runtime: openclaw
              expose: {service: true}
              security: {networkPolicy: {allowedIngressNamespaces: [web], allowedEgressCIDRs: [198.51.100.0/24]}}
            """,
            false);

    var ingress = policy.getSpec().getIngress().getFirst();
    assertThat(ingress.getFrom()).hasSize(2);
    assertThat(ingress.getFrom().getFirst().getNamespaceSelector()).isNull();
    assertThat(ingress.getFrom().getLast().getNamespaceSelector().getMatchLabels())
        .containsEntry("kubernetes.io/metadata.name", "web");
    assertThat(ingress.getPorts())
        .singleElement()
        .satisfies(port -> assertThat(port.getPort().getIntVal()).isEqualTo(18900));
    assertThat(policy.getSpec().getEgress().getLast().getTo())
        .singleElement()
        .satisfies(peer -> assertThat(peer.getIpBlock().getCidr()).isEqualTo("198.51.100.0/24"));
  }

  @Test
  void switchedOffThereIsNone() {
    assertThat(
            Children.of(
                Claws.of(
                    "spec: {runtime: openclaw, security: {networkPolicy: {enabled: false}}}\n"),
                circumstances(false),
                List.of()))
        .noneMatch(NetworkPolicy.class::isInstance);
  }

  private static List<String> ports(NetworkPolicyEgressRule rule) {
    return rule.getPorts().stream()
        .map(port -> port.getProtocol() + " " + port.getPort().getIntVal())
        .toList();
  }

  private static NetworkPolicy policy(String spec, boolean token) {
    return (NetworkPolicy) Children.of(Claws.of(spec), circumstances(token), List.of()).getFirst();
  }

  private static Circumstances circumstances(boolean token) {
    return new Circumstances(
        "gateway:1",
        null,
        Set.of(),
        List.of(
            new Circumstances.Endpoint("192.0.2.7", 6443),
            new Circumstances.Endpoint("2001:db8::7", 6443)),
        Set.of(),
        true,
        token);
  }
}
