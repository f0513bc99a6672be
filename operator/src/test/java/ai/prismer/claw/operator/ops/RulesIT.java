package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The ConfigMap of the rules, read by a real operator while it runs. */
class RulesIT {
  @RegisterExtension
  @Order(1)
  static final ApiServer server = new ApiServer();

  @RegisterExtension
  @Order(2)
  static final InstalledChart chart = new InstalledChart(server);

  private static final Pattern EXAMPLE =
      Pattern.compile("```yaml\\n(apiVersion: v1\\nkind: ConfigMap\\n.*?)```", Pattern.DOTALL);

  private final TestClock clock = new TestClock();
  private HealingBed bed;
  private ConfigMap map = new ConfigMap();

  @BeforeEach
  void start() {
    bed = new HealingBed(server, chart);
    bed.operators.start(clock);
  }

  @AfterEach
  void stop() {
    bed.close();
    server
        .admin()
        .configMaps()
        .inNamespace(chart.namespace())
        .withName(Keys.RULES_CONFIG_MAP)
        .delete();
  }

  private void write(Map<String, String> data) {
    map =
        bed.admin
            .resource(
                new ConfigMapBuilder()
                    .withNewMetadata()
                    .withNamespace(chart.namespace())
                    .withName(Keys.RULES_CONFIG_MAP)
                    .endMetadata()
                    .withData(data)
                    .build())
            .serverSideApply();
  }

  private List<String> said() {
    return bed.admin.v1().events().inNamespace(chart.namespace()).list().getItems().stream()
        .filter(event -> map.getMetadata().getUid().equals(event.getInvolvedObject().getUid()))
        .map(event -> event.getReason() + ": " + event.getMessage())
        .toList();
  }

  private void awaitSaid(String text) {
    bed.eventually(() -> assertThat(said()).anyMatch(said -> said.contains(text)));
  }

  @Test
  void aRuleIsChangedWhileTheOperatorRunsAndWhenTheMapIsGoneAllIsAsBefore() {
    bed.converged("agent");
    Pod first = bed.pod("agent", pod -> true);
    bed.kubelet.kill("agent", first, "runtime", 1, clock.instant());
    bed.eventually(() -> assertThat(bed.ops("agent").recentSignals()).hasSize(1));
    bed.staysSo(after -> assertThat(after.diary.podsEver("agent")).isEqualTo(1));

    write(Map.of("rules", "- {id: oom-bump-memory, minCount: 1, factor: 2}"));

    Pod raised = bed.podOtherThan("agent", first);
    assertThat(Pods.memoryLimit(raised)).as("one kill is enough now").hasValue(128L << 20);
    bed.admin.configMaps().inNamespace(chart.namespace()).withName(Keys.RULES_CONFIG_MAP).delete();
    bed.converged("other");
    Pod other = bed.pod("other", pod -> true);
    bed.kubelet.kill("other", other, "runtime", 1, clock.instant());
    bed.eventually(() -> assertThat(bed.ops("other").recentSignals()).hasSize(1));
    bed.staysSo(after -> assertThat(after.diary.podsEver("other")).isEqualTo(1));
  }

  @Test
  void aRuleThatDoesNotFitIsSkippedAndSaidAtItsPlaceAndTheOthersAreInForce() {
    write(
        Map.of(
            "rules",
            """
            - id: oom-bump-memory
              minCount: many
            - id: crashloop-restart-pod
              disabled: true
            - id: sidecar-oom-restarts-pod
              signal: OOMKilled
              container: sidecar
              action: restart-pod
            """,
            "signals",
            "HighMemory: {above: 90}"));

    awaitSaid("RuleInvalid: rules, line 2, rule oom-bump-memory, minCount: ");
    awaitSaid("RuleInvalid: signals, line 1, above: ");
    awaitSaid("RulesChanged: in force now: oom-bump-memory, evicted-restart-pod");
    assertThat(said())
        .as("the one that was switched off")
        .noneMatch(said -> said.startsWith("RulesChanged") && said.contains("crashloop"));
    bed.converged("agent");
    Pod old = bed.pod("agent", pod -> true);
    bed.kubelet.sidecarKill("agent", old);
    bed.podOtherThan("agent", old);
    assertThat(bed.adjustments("agent")).as("the runtime's limits are its own").isEmpty();
    bed.eventually(() ->
        assertThat(bed.ops("agent").inFlight())
            .extracting("rule")
            .isEqualTo("sidecar-oom-restarts-pod"));
  }

  @Test
  void aMapThatIsNoYamlChangesNothing() {
    write(Map.of("rules", "- {id: oom-bump-memory, disabled: true}"));
    awaitSaid("RulesChanged: in force now: crashloop-restart-pod, evicted-restart-pod");

    write(Map.of("rules", "- {id: oom-bump-memory"));

    awaitSaid("the rules that were in force before stay so");
    bed.converged("agent");
    Pod pod = bed.pod("agent", any -> true);
    bed.kubelet.killTwice("agent", pod);
    bed.staysSo(after -> assertThat(after.diary.podsEver("agent")).isEqualTo(1));
    assertThat(bed.story("agent")).isEmpty();
  }

  @Test
  void theExampleOfTheDocumentationIsInForceAsItStands() throws IOException {
    String page = Files.readString(ApiServer.root().resolve("docs/healing.md"));
    Matcher example = EXAMPLE.matcher(page);
    assertThat(example.find()).as("a ConfigMap in docs/healing.md").isTrue();
    ConfigMap read =
        bed.admin.getKubernetesSerialization().unmarshal(example.group(1), ConfigMap.class);
    assertThat(read.getMetadata().getName()).isEqualTo(Keys.RULES_CONFIG_MAP);

    write(read.getData());

    awaitSaid("RulesChanged: in force now: ");
    assertThat(said()).noneMatch(said -> said.startsWith("RuleInvalid"));
    assertThat(said()).anyMatch(said -> said.contains("probe-failure-restart-pod"));
  }
}
