package ai.prismer.claw.operator.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.ClawChannel;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelsTest {

  private static final Map<String, String> IMAGES = Map.of("webhook", "webhook:1");

  private static final String TALKING =
      "spec: {runtime: openclaw, channels: [{name: web}, {name: ops, mode: inbound}]}\n";

  private static final List<ClawChannel> BOTH =
      List.of(
          channel(
              "web", "{type: webhook, config: {path: /a}, credentials: {secretRef: {name: s}}}"),
          channel(
              "ops",
              "{type: custom, backpressure: {bufferSize: 64, highWatermark: '0.5'}, sidecar: {image: 'ops:1',"
                  + " env: [{name: A, value: $(B)}, {name: CHANNEL_NAME, value: x}],"
                  + " ports: [{name: http, containerPort: 9000}]}}"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{runtime: openclaw} | 2d0aeb80c198bddca98c179f1ddbb0ed",
        "{runtime: openclaw, config: {model: m}, credentials: {secretRef: {name: keys}}, expose: {service: true}, resources: {limits: {memory: 1Gi}}, security: {networkPolicy: {allowedIngressNamespaces: [web]}}} | 398fb68034188606c07f7b076726882c",
        "{runtime: custom, replicas: 2, customRuntime: {image: 'agent:1', ports: [{name: gateway, containerPort: 8080}], readinessProbe: {tcpSocket: {port: 8080}}}} | 305add57ce0ace6d06b9695f718486a4",
      })
  void aClawWithoutChannelsBecomesExactlyWhatItWasBeforeThereWereAny(String spec, String before) {
    Claw claw = Claws.of("spec: " + spec + "\n");

    assertThat(Canonical.hash(Children.of(claw, circumstances(PodChannels.NONE), List.of())))
        .isEqualTo(before);
  }

  @Test
  void theBusStartsBeforeTheChannelsAndEachIsANativeSidecarOfAnotherUser() {
    PodSpec pod = pod(TALKING, BOTH);

    assertThat(pod.getInitContainers())
        .extracting(Container::getName)
        .containsExactly("ipc-bus", "channel-web", "channel-ops");
    assertThat(pod.getInitContainers())
        .allSatisfy(container -> {
          assertThat(container.getRestartPolicy()).isEqualTo("Always");
          assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
          assertThat(container.getSecurityContext().getRunAsNonRoot()).isTrue();
          assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
          assertThat(container.getSecurityContext().getCapabilities().getDrop())
              .containsExactly("ALL");
          assertThat(container.getResources().getLimits()).containsKeys("cpu", "memory");
        });
    assertThat(pod.getInitContainers())
        .extracting(container -> container.getSecurityContext().getRunAsUser())
        .doesNotHaveDuplicates()
        .doesNotContain(pod.getSecurityContext().getRunAsUser());
    assertThat(pod.getTerminationGracePeriodSeconds()).isEqualTo(30 + 15);
    assertThat(pod.getContainers().getFirst().getLifecycle().getPreStop().getHttpGet().getPath())
        .isEqualTo("/drain");
  }

  @Test
  void theUsersMakeRoomForAnAgentThatHasOneOfThem() {
    PodSpec pod =
        pod(
            "spec: {runtime: openclaw, channels: [{name: web}], security: {podSecurityContext: {runAsUser: 64001}}}\n",
            BOTH);

    assertThat(pod.getInitContainers())
        .extracting(container -> container.getSecurityContext().getRunAsUser())
        .doesNotContain(64001L);
  }

  @Test
  void aSidecarSeesItsOwnSocketAndNothingElse() {
    PodSpec pod = pod(TALKING, BOTH);

    assertThat(mounts(pod.getInitContainers().get(1))).containsExactly("channel-web /var/run/claw");
    assertThat(mounts(pod.getInitContainers().get(2))).containsExactly("channel-ops /var/run/claw");
    assertThat(mounts(pod.getInitContainers().getFirst()))
        .containsExactly(
            "bus-journal /var/run/claw/wal",
            "bus-admin /var/run/claw-admin",
            "token /etc/claw-token",
            "channel-web /var/run/claw/channels/web",
            "channel-ops /var/run/claw/channels/ops");
    assertThat(mounts(pod.getContainers().getFirst()))
        .noneMatch(mount -> mount.contains("bus") || mount.contains("channel"));
    assertThat(pod.getShareProcessNamespace()).isNull();
  }

  @Test
  void everyMountHasItsVolume() {
    for (String bridge :
        List.of(
            "",
            ", bridge: {protocol: claw-uds}",
            ", bridge: {protocol: nanoclaw-mailbox}",
            ", bridge: {protocol: claw-ws, tokenSecretRef: {name: t, key: k}}")) {
      PodSpec pod = pod("spec: {runtime: openclaw, channels: [{name: web}]" + bridge + "}\n", BOTH);

      assertThat(pod.getVolumes())
          .extracting(Volume::getName)
          .doesNotHaveDuplicates()
          .containsAll(
              Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream())
                  .flatMap(container -> container.getVolumeMounts().stream())
                  .map(VolumeMount::getName)
                  .toList());
    }
  }

  @Test
  void theBusIsToldItsChannelsAndTheGateway() {
    assertThat(environment(pod(TALKING, BOTH).getInitContainers().getFirst()))
        .isEqualTo(
            Map.of(
                "CLAW_BUS_CHANNELS",
                "web=bidirectional,inFlight=64,buffer=1024,high=0.8,low=0.3;ops=inbound,buffer=64,high=0.5,low=0.3",
                "CLAW_BUS_BRIDGE",
                "openclaw-ws",
                "CLAW_BUS_RUNTIME",
                "ws://127.0.0.1:18900/",
                "CLAW_BUS_TOKEN_FILE",
                "/etc/claw-token/token",
                "CLAW_BUS_JOURNAL_SIZE",
                "921Mi",
                "CLAW_BUS_GRACE_SECONDS",
                "5",
                "CLAW_BUS_HEALTH_PORT",
                "18910",
                "CLAW_BUS_ROUNDS_PER_SECOND",
                "1000"));
  }

  @ParameterizedTest
  @CsvSource({
    "claw-ws,ws://127.0.0.1:8080/,true",
    "chat-completions,http://127.0.0.1:8080/v1,true",
    "responses,http://127.0.0.1:8080/v1,true",
    "hermes-runs,http://127.0.0.1:8080/v1,true",
    "zeroclaw-ws,ws://127.0.0.1:8080/ws/chat?agent=default,true",
    "pico-ws,ws://127.0.0.1:8080/pico/ws,true",
    "claw-sse,http://127.0.0.1:8080/,true",
    "claw-tcp,127.0.0.1:8080,false",
    "claw-uds,/var/run/claw-runtime/runtime.sock,false",
    "nanoclaw-mailbox,/var/run/claw-mailbox,false",
  })
  void theBridgeSpeaksWhatACustomRuntimeSaysItSpeaks(
      String protocol, String address, boolean token) {
    PodSpec pod =
        pod(
            "spec: {runtime: custom, channels: [{name: web}], bridge: {protocol: "
                + protocol
                + "}, customRuntime: {image: a, ports: [{name: gateway, containerPort: 8080}]}}\n",
            List.of(channel("web", "{type: webhook, config: {listenPort: 8081}}")));
    Map<String, String> variables = environment(pod.getInitContainers().getFirst());

    assertThat(variables)
        .containsEntry("CLAW_BUS_BRIDGE", protocol)
        .containsEntry("CLAW_BUS_RUNTIME", address);
    assertThat(variables.containsKey("CLAW_BUS_TOKEN_FILE")).isEqualTo(token);
    assertThat(mounts(pod.getContainers().getFirst()).contains("runtime-socket /var/run/claw"))
        .isEqualTo(protocol.equals("claw-uds"));
  }

  @Test
  void ofTheFilesOfAMailboxEachIsWrittenByOneContainerOnly() {
    PodSpec pod =
        pod(
            "spec: {runtime: custom, channels: [{name: web}], bridge: {protocol: nanoclaw-mailbox},"
                + " customRuntime: {image: a}}\n",
            BOTH);

    assertThat(pod.getContainers().getFirst().getVolumeMounts())
        .filteredOn(mount -> mount.getMountPath().startsWith("/workspace"))
        .extracting(
            VolumeMount::getName,
            VolumeMount::getMountPath,
            VolumeMount::getSubPath,
            VolumeMount::getReadOnly)
        .containsExactly(
            tuple("workspace", "/workspace", null, null),
            tuple("mailbox", "/workspace/inbound.db", "inbound.db", true));
    assertThat(mounts(pod.getInitContainers().getFirst()))
        .contains(
            "mailbox /var/run/claw-mailbox/inbound", "workspace /var/run/claw-mailbox/workspace");
    assertThat(pod.getInitContainers().get(1).getVolumeMounts())
        .extracting(VolumeMount::getName)
        .doesNotContain("mailbox", "workspace");
    assertThat(pod("spec: {runtime: openclaw, channels: [{name: web}]}\n", BOTH).getVolumes())
        .extracting(Volume::getName)
        .doesNotContain("mailbox", "workspace");
  }

  @Test
  void theBridgeAsksTheAgentThatTheSpecNames() {
    PodSpec pod =
        pod(
            "spec: {runtime: custom, channels: [{name: web}], bridge: {protocol: zeroclaw-ws, port: 42617, agent: house_2},"
                + " customRuntime: {image: a}}\n",
            BOTH);

    assertThat(environment(pod.getInitContainers().getFirst()))
        .containsEntry("CLAW_BUS_RUNTIME", "ws://127.0.0.1:42617/ws/chat?agent=house_2");
  }

  @Test
  void onlyABridgeThatAsksForAModelIsToldTheAgentsModel() {
    String spec =
        "spec: {runtime: custom, channels: [{name: web}], config: {model: m-1}, bridge: {protocol: %s, port: 9000, path: %s},"
            + " customRuntime: {image: a}}\n";
    Map<String, String> asking =
        environment(
            pod(spec.formatted("responses", "/api/v1"), BOTH).getInitContainers().getFirst());

    assertThat(asking)
        .containsEntry("CLAW_BUS_MODEL", "m-1")
        .containsEntry("CLAW_BUS_RUNTIME", "http://127.0.0.1:9000/api/v1");
    assertThat(
            environment(pod(spec.formatted("claw-ws", "/"), BOTH).getInitContainers().getFirst()))
        .doesNotContainKey("CLAW_BUS_MODEL");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{type: webhook} | web=bidirectional,inFlight=64,buffer=1024,high=0.8,low=0.3",
        "{type: webhook, backpressure: {bufferSize: 32}} | web=bidirectional,inFlight=32,buffer=32,high=0.8,low=0.3",
        "{type: webhook, config: {targetURL: 'https://a.example/'}} | web=bidirectional,buffer=1024,high=0.8,low=0.3",
        "{type: custom, sidecar: {image: a}} | web=bidirectional,buffer=1024,high=0.8,low=0.3",
      })
  void anAnswerThatNobodyFetchesHoldsUpNoOther(String spec, String channels) {
    PodSpec pod =
        pod("spec: {runtime: openclaw, channels: [{name: web}]}\n", List.of(channel("web", spec)));

    assertThat(environment(pod.getInitContainers().getFirst()))
        .containsEntry("CLAW_BUS_CHANNELS", channels);
  }

  @Test
  void aSidecarIsToldItsChannelAndSecretsAreOnlyReferredTo() {
    PodSpec pod = pod(TALKING, BOTH);
    Container web = pod.getInitContainers().get(1);

    assertThat(environment(web))
        .containsEntry("CHANNEL_NAME", "web")
        .containsEntry("CHANNEL_TYPE", "webhook")
        .containsEntry("CHANNEL_MODE", "bidirectional")
        .containsEntry("CHANNEL_CONFIG", "{\"path\":\"/a\"}")
        .containsEntry("IPC_SOCKET_PATH", "/var/run/claw/bus.sock");
    assertThat(web.getEnv()).extracting(EnvVar::getName).doesNotHaveDuplicates();
    assertThat(web.getEnv().getLast().getName()).isEqualTo("WEBHOOK_SECRET");
    assertThat(web.getEnv().getLast().getValue()).isNull();
    assertThat(web.getEnv().getLast().getValueFrom().getSecretKeyRef().getName()).isEqualTo("s");
    assertThat(environment(pod.getInitContainers().get(2)))
        .as("what the operator sets wins, and a value is plain text")
        .containsEntry("CHANNEL_NAME", "ops")
        .containsEntry("A", "$$(B)");
  }

  @Test
  void portsThatTakeRequestsInAreOpenAndThatOfTheBusIsForTheOperatorOnly() {
    List<HasMetadata> children = children(TALKING, BOTH);

    assertThat(one(children, Service.class).getSpec().getPorts())
        .extracting(port -> port.getName() + " " + port.getPort())
        .containsExactly("gateway 18900", "ch-web 8080", "ch-ops 9000");
    List<NetworkPolicyIngressRule> rules =
        one(children, NetworkPolicy.class).getSpec().getIngress();
    assertThat(rules).hasSize(2);
    assertThat(rules.getFirst().getPorts())
        .extracting(port -> port.getPort().getIntVal())
        .containsExactly(8080, 9000);
    assertThat(rules.getFirst().getFrom().getFirst().getPodSelector()).isNotNull();
    assertThat(rules.getLast().getPorts())
        .singleElement()
        .satisfies(port -> assertThat(port.getPort().getIntVal()).isEqualTo(18910));
    assertThat(rules.getLast().getFrom())
        .singleElement()
        .satisfies(peer -> {
          assertThat(peer.getNamespaceSelector().getMatchLabels())
              .containsExactly(Map.entry("kubernetes.io/metadata.name", "k8s4claw-system"));
          assertThat(peer.getPodSelector().getMatchLabels())
              .containsOnly(
                  Map.entry("app.kubernetes.io/component", "operator"),
                  Map.entry("app.kubernetes.io/part-of", "k8s4claw"));
          assertThat(peer.getIpBlock()).isNull();
        });
  }

  @Test
  void theJournalIsAClaimWithoutAnOwnerUnlessItMayGoWithThePod() {
    PodSpec lasting = pod(TALKING, BOTH);
    PodSpec passing =
        pod(
            "spec: {runtime: openclaw, channels: [{name: web}], bus: {ephemeral: true, size: 2Gi}}\n",
            BOTH);

    assertThat(volume(lasting, "bus-journal").getPersistentVolumeClaim().getClaimName())
        .isEqualTo("my-agent-bus");
    assertThat(volume(passing, "bus-journal").getEmptyDir().getSizeLimit().toString())
        .isEqualTo("2Gi");
    assertThat(JournalClaim.of(Claws.of(TALKING)).getMetadata().getOwnerReferences()).isEmpty();
    assertThat(JournalClaim.isOf(Claws.of(TALKING), JournalClaim.of(Claws.of(TALKING)))).isTrue();
  }

  @Test
  void aChangeOfAChannelChangesTheTemplate() {
    String before = hash(BOTH);

    assertThat(
            hash(
                List.of(
                    channel(
                        "web",
                        "{type: webhook, config: {path: /b}, credentials: {secretRef: {name: s}}}"),
                    BOTH.getLast())))
        .isNotEqualTo(before);
    assertThat(
            hash(
                List.of(
                    channel(
                        "web",
                        "{type: webhook, config: {path: /a}, credentials: {secretRef: {name: s}}, resources: {limits: {memory: 99Mi}}}"),
                    BOTH.getLast())))
        .as("resources of a sidecar, which are changed on no running pod")
        .isNotEqualTo(before);
    assertThat(hash(BOTH)).isEqualTo(before);
  }

  @Test
  void withChannelsThereIsOnePodWhateverAnOlderAdjustmentSays() {
    Claw claw =
        Claws.of(
            """
            spec: {runtime: custom, customRuntime: {image: a}, channels: [{name: web}], bridge: {protocol: claw-uds}}
            status: {ops: {adjustments: [{field: replicas, value: "3", generation: 5}]}}
            """);

    assertThat(Layer.replicas(claw)).isEqualTo(1);
  }

  @Test
  void whatCannotWorkIsLeftOutAndNamed() {
    Claw claw =
        Claws.of(
            """
            spec:
              runtime: openclaw
              channels: [{name: web}, {name: again}, {name: out}, {name: team}, {name: gone}, {name: low}, {name: gate}]
            """);
    List<ClawChannel> known =
        List.of(
            channel("web", "{type: webhook}"),
            channel("again", "{type: webhook}"),
            channel("out", "{type: webhook, mode: outbound, config: {listenPort: 8081}}"),
            channel("team", "{type: slack, config: {listenPort: 8082}}"),
            channel(
                "low", "{type: custom, sidecar: {image: a}, backpressure: {lowWatermark: '0.9'}}"),
            channel("gate", "{type: webhook, config: {listenPort: 18900}}"));

    ChannelPlan plan = plan(claw, known);

    assertThat(plan.usable()).extracting(PodChannel::name).containsExactly("web");
    assertThat(plan.problems())
        .extracting(problem -> problem.reason() + " " + problem.message().split("[ :]", -1)[1])
        .containsExactly(
            "PortTaken again",
            "ChannelIncompatible out",
            "ChannelHasNoImage team",
            "ChannelNotFound gone",
            "ChannelIncompatible low",
            "PortTaken gate");
  }

  private static ClawChannel channel(String name, String spec) {
    return Serialization.unmarshal(
        "apiVersion: claw.prismer.ai/v1alpha1\nkind: ClawChannel\nmetadata: {name: "
            + name
            + ", namespace: team}\nspec: "
            + spec
            + "\n",
        ClawChannel.class);
  }

  private static ChannelPlan plan(Claw claw, List<ClawChannel> known) {
    return ChannelPlan.of(
        claw,
        name ->
            known.stream()
                .filter(channel -> channel.getMetadata().getName().equals(name))
                .findFirst()
                .orElse(null),
        IMAGES);
  }

  private static List<HasMetadata> children(String spec, List<ClawChannel> known) {
    Claw claw = Claws.of(spec);
    List<PodChannel> channels =
        plan(claw, known).usable().stream()
            .map(channel ->
                channel.secret() == null
                    ? channel
                    : channel.withSecretKeys(
                        Set.of("WEBHOOK_SECRET", "not a name", "CHANNEL_MODE")))
            .toList();
    return Children.of(claw, circumstances(new PodChannels("bus:1", channels)), List.of());
  }

  private static Circumstances circumstances(PodChannels channels) {
    return new Circumstances(
        "gateway:1",
        "key.mark",
        Set.of(),
        List.of(new Circumstances.Endpoint("192.0.2.7", 6443)),
        Set.of("cloud/role"),
        true,
        false,
        channels,
        "k8s4claw-system");
  }

  private static PodSpec pod(String spec, List<ClawChannel> known) {
    return one(children(spec, known), StatefulSet.class).getSpec().getTemplate().getSpec();
  }

  private static String hash(List<ClawChannel> known) {
    return Objects.requireNonNull(
        one(children(TALKING, known), StatefulSet.class)
            .getSpec()
            .getTemplate()
            .getMetadata()
            .getAnnotations()
            .get("claw.prismer.ai/template-hash"));
  }

  private static Volume volume(PodSpec pod, String name) {
    return pod.getVolumes().stream()
        .filter(volume -> volume.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> mounts(Container container) {
    return container.getVolumeMounts().stream()
        .map(mount -> mount.getName() + " " + mount.getMountPath())
        .toList();
  }

  private static Map<String, String> environment(Container container) {
    return container.getEnv().stream()
        .filter(variable -> variable.getValue() != null)
        .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
  }

  private static <T extends HasMetadata> T one(List<HasMetadata> children, Class<T> kind) {
    return children.stream().filter(kind::isInstance).map(kind::cast).findFirst().orElseThrow();
  }
}
