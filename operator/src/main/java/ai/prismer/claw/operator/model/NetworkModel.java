package ai.prismer.claw.operator.model;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.rules.Defaulting;
import ai.prismer.claw.api.spec.NetworkPolicySpec;
import ai.prismer.claw.contract.BusMetrics;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.IPBlock;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPortBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The NetworkPolicy of the pod: nothing in, and out only to the cluster's DNS and to public HTTPS.
 *
 * <p>Private ranges are closed even on port 443, because they hold the cluster's other pods, its
 * nodes, cloud metadata and, on most clusters, the API server. The API server is opened, address by
 * address, only for a pod that holds a token.
 */
final class NetworkModel {

  private static final String NAMESPACE_NAME = "kubernetes.io/metadata.name";
  private static final int DNS = 53;
  private static final int HTTPS = 443;

  /** Where node-local DNS caches listen on every cluster that has one. */
  private static final String NODE_LOCAL_DNS = "169.254.20.10/32";

  /** RFC 1918, RFC 6598 (carrier NAT, used for pods by some clouds), RFC 3927, loopback. */
  private static final List<String> PRIVATE_V4 =
      List.of(
          "10.0.0.0/8",
          "172.16.0.0/12",
          "192.168.0.0/16",
          "100.64.0.0/10",
          "169.254.0.0/16",
          "127.0.0.0/8");

  /**
   * RFC 4193, RFC 4291. IPv4-mapped addresses need no entry: kernels send them as IPv4, where the
   * ranges above apply (and the API server refuses the range).
   */
  private static final List<String> PRIVATE_V6 = List.of("fc00::/7", "fe80::/10", "::1/128");

  private NetworkModel() {}

  static NetworkPolicy policy(Claw claw, RuntimeProfile profile, Circumstances circumstances) {
    return new NetworkPolicyBuilder()
        .withMetadata(Labels.child(claw, Names.networkPolicy(claw)))
        .withNewSpec()
        .withPodSelector(new LabelSelectorBuilder().withMatchLabels(Labels.selector(claw)).build())
        .withPolicyTypes("Ingress", "Egress")
        .withIngress(ingress(claw, profile.gatewayPort(), circumstances))
        .withEgress(egress(claw, circumstances))
        .endSpec()
        .build();
  }

  private static List<NetworkPolicyIngressRule> ingress(
      Claw claw, @Nullable Integer gatewayPort, Circumstances circumstances) {
    PodChannels channels = circumstances.channels();
    List<NetworkPolicyIngressRule> rules = new ArrayList<>();
    List<NetworkPolicyPeer> peers = peers(claw, Defaulting.exposed(claw.getSpec()));
    if (!peers.isEmpty() && gatewayPort != null) {
      rules.add(
          new NetworkPolicyIngressRuleBuilder()
              .withFrom(peers)
              .withPorts(port("TCP", gatewayPort))
              .build());
    }
    List<NetworkPolicyPort> ports =
        channels.channels().stream()
            .flatMap(channel -> ChannelModel.ports(channel.spec()).values().stream())
            .map(number -> port("TCP", number))
            .toList();
    if (!ports.isEmpty()) {
      // A channel that takes requests in is there to be reached; it asks for a signature itself.
      rules.add(
          new NetworkPolicyIngressRuleBuilder()
              .withFrom(peers(claw, true))
              .withPorts(ports)
              .build());
    }
    if (!channels.isEmpty()) {
      rules.add(
          new NetworkPolicyIngressRuleBuilder()
              .withFrom(operator(circumstances.operatorNamespace()))
              .withPorts(port("TCP", BusMetrics.PORT))
              .build());
    }
    return rules;
  }

  /** Pods of the operator, which reads there how the channels are. */
  private static NetworkPolicyPeer operator(String namespace) {
    return new NetworkPolicyPeerBuilder(namespace(namespace))
        .withPodSelector(new LabelSelectorBuilder().withMatchLabels(Labels.operatorPods()).build())
        .build();
  }

  private static List<NetworkPolicyPeer> peers(Claw claw, boolean ownNamespace) {
    List<NetworkPolicyPeer> peers = new ArrayList<>();
    if (ownNamespace) {
      peers.add(new NetworkPolicyPeerBuilder().withNewPodSelector().endPodSelector().build());
    }
    NetworkPolicySpec spec = Defaulting.networkPolicy(claw.getSpec());
    if (spec != null && spec.allowedIngressNamespaces() != null) {
      spec.allowedIngressNamespaces().stream().map(NetworkModel::namespace).forEach(peers::add);
    }
    return peers;
  }

  private static List<NetworkPolicyEgressRule> egress(Claw claw, Circumstances circumstances) {
    List<NetworkPolicyEgressRule> rules = new ArrayList<>();
    rules.add(
        new NetworkPolicyEgressRuleBuilder()
            .withTo(clusterDns(), range(NODE_LOCAL_DNS, List.of()))
            .withPorts(port("UDP", DNS), port("TCP", DNS))
            .build());
    rules.add(
        new NetworkPolicyEgressRuleBuilder()
            .withTo(
                range("0.0.0.0/0", closed(PRIVATE_V4, circumstances, false)),
                range("::/0", closed(PRIVATE_V6, circumstances, true)))
            .withPorts(port("TCP", HTTPS))
            .build());
    if (circumstances.mountToken()) {
      circumstances.apiServer().stream().map(NetworkModel::apiServer).forEach(rules::add);
    }
    NetworkPolicySpec spec = Defaulting.networkPolicy(claw.getSpec());
    if (spec != null && spec.allowedEgressCIDRs() != null && !spec.allowedEgressCIDRs().isEmpty()) {
      rules.add(
          new NetworkPolicyEgressRuleBuilder()
              .withTo(
                  spec.allowedEgressCIDRs().stream().map(cidr -> range(cidr, List.of())).toList())
              .build());
    }
    return rules;
  }

  private static List<String> closed(
      List<String> ranges, Circumstances circumstances, boolean version6) {
    return Stream.concat(
            ranges.stream(),
            circumstances.apiServer().stream()
                .filter(endpoint -> endpoint.address().contains(":") == version6)
                .map(Circumstances.Endpoint::range))
        .distinct()
        .toList();
  }

  private static NetworkPolicyEgressRule apiServer(Circumstances.Endpoint endpoint) {
    return new NetworkPolicyEgressRuleBuilder()
        .withTo(range(endpoint.range(), List.of()))
        .withPorts(port("TCP", endpoint.port()))
        .build();
  }

  private static NetworkPolicyPeer clusterDns() {
    return new NetworkPolicyPeerBuilder(namespace("kube-system"))
        .withPodSelector(
            new LabelSelectorBuilder().withMatchLabels(Map.of("k8s-app", "kube-dns")).build())
        .build();
  }

  private static NetworkPolicyPeer namespace(String name) {
    return new NetworkPolicyPeerBuilder()
        .withNamespaceSelector(
            new LabelSelectorBuilder().withMatchLabels(Map.of(NAMESPACE_NAME, name)).build())
        .build();
  }

  private static NetworkPolicyPeer range(String cidr, List<String> except) {
    return new NetworkPolicyPeerBuilder().withIpBlock(new IPBlock(cidr, except)).build();
  }

  private static NetworkPolicyPort port(String protocol, int number) {
    return new NetworkPolicyPortBuilder()
        .withProtocol(protocol)
        .withPort(new IntOrString(number))
        .build();
  }
}
