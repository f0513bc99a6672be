package ai.prismer.claw.api.rules;

import ai.prismer.claw.api.spec.AgentIntents;
import ai.prismer.claw.api.spec.Availability;
import ai.prismer.claw.api.spec.ClawSpec;
import ai.prismer.claw.api.spec.ContainerSecurity;
import ai.prismer.claw.api.spec.DisruptionBudget;
import ai.prismer.claw.api.spec.Expose;
import ai.prismer.claw.api.spec.ImagePullPolicy;
import ai.prismer.claw.api.spec.NetworkPolicySpec;
import ai.prismer.claw.api.spec.Ops;
import ai.prismer.claw.api.spec.OpsMode;
import ai.prismer.claw.api.spec.RuntimeName;
import ai.prismer.claw.api.spec.Security;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an absent field means. The spec itself is never rewritten: a default that is written into an
 * object can no longer be told from a choice, and could never change in a later version.
 */
public final class Defaulting {
  /** How long a change must hold before it counts as Healthy. */
  public static final Duration VERIFY_WINDOW = Duration.ofMinutes(5);

  /** How many actions may be executed in an hour. */
  public static final int BUDGET_PER_HOUR = 5;

  /** How long a proposal waits for a person. */
  public static final Duration APPROVAL_TIMEOUT = Duration.ofMinutes(30);

  /** Most pods of one Claw. */
  public static final int MAX_REPLICAS = 10;

  /** Key of the model in {@code spec.config}. */
  public static final String CONFIG_MODEL = "model";

  /** Key of the system prompt in {@code spec.config}. */
  public static final String CONFIG_SYSTEM_PROMPT = "systemPrompt";

  /** Key of the environment (a map of strings) in {@code spec.config}. */
  public static final String CONFIG_ENVIRONMENT = "environment";

  private Defaulting() {}

  /** What becomes of the agent's own intents: Deny unless said otherwise. */
  public static AgentIntents agentIntents(ClawSpec spec) {
    Ops ops = spec.ops();
    return ops == null || ops.agentIntents() == null ? AgentIntents.Deny : ops.agentIntents();
  }

  /** Whether decisions take effect: yes unless said otherwise. */
  public static OpsMode opsMode(ClawSpec spec) {
    Ops ops = spec.ops();
    return ops == null || ops.mode() == null ? OpsMode.Enforce : ops.mode();
  }

  /** How many actions may be executed in an hour; 5 unless said otherwise. */
  public static int budgetPerHour(ClawSpec spec) {
    Ops ops = spec.ops();
    return ops == null || ops.budgetPerHour() == null ? BUDGET_PER_HOUR : ops.budgetPerHour();
  }

  /** Most pods that self-healing may ask for; 10 unless said otherwise. */
  public static int maxReplicas(ClawSpec spec) {
    Ops ops = spec.ops();
    return ops == null || ops.maxReplicas() == null ? MAX_REPLICAS : ops.maxReplicas();
  }

  /** How many pods are wished for; 1 unless said otherwise. */
  public static int replicas(ClawSpec spec) {
    return spec.replicas() == null ? 1 : spec.replicas();
  }

  /**
   * Whether only one pod may work on the state of this agent: always where there are channels,
   * because their journal has one writer. Else a custom image is its owner's to know.
   */
  public static boolean isSingleWriter(ClawSpec spec) {
    return spec.runtime() != RuntimeName.CUSTOM || Channels.any(spec);
  }

  /** How long a proposal waits for a person; 30 minutes unless said otherwise. */
  public static Duration approvalTimeout(ClawSpec spec) {
    Ops ops = spec.ops();
    return ops == null || ops.approvalTimeout() == null
        ? APPROVAL_TIMEOUT
        : Durations.parse(ops.approvalTimeout());
  }

  /** How long what self-healing raised stays; empty for ever, which is the default. */
  public static Optional<Duration> adjustmentTtl(ClawSpec spec) {
    Ops ops = spec.ops();
    return ops == null || ops.adjustmentTTL() == null
        ? Optional.empty()
        : Optional.of(Durations.parse(ops.adjustmentTTL()));
  }

  /** How long a change must hold; 5 minutes unless said otherwise. */
  public static Duration verifyWindow(ClawSpec spec) {
    Ops ops = spec.ops();
    return ops == null || ops.verifyWindow() == null
        ? VERIFY_WINDOW
        : Durations.parse(ops.verifyWindow());
  }

  /** Whether the agent is scaled to zero. */
  public static boolean suspended(ClawSpec spec) {
    return Boolean.TRUE.equals(spec.suspend());
  }

  /** When the image is pulled: IfNotPresent unless said otherwise. */
  public static ImagePullPolicy imagePullPolicy(ClawSpec spec) {
    return spec.imagePullPolicy() == null ? ImagePullPolicy.IfNotPresent : spec.imagePullPolicy();
  }

  /** Whether the operator makes a NetworkPolicy: yes, also when the block is absent. */
  public static boolean networkPolicyEnabled(ClawSpec spec) {
    NetworkPolicySpec policy = networkPolicy(spec);
    return policy == null || !Boolean.FALSE.equals(policy.enabled());
  }

  /** The block {@code security.networkPolicy}, if it is there. */
  public static @Nullable NetworkPolicySpec networkPolicy(ClawSpec spec) {
    Security security = spec.security();
    return security == null ? null : security.networkPolicy();
  }

  /** Whether the root file system of the runtime is read-only: yes unless said otherwise. */
  public static boolean readOnlyRootFilesystem(ClawSpec spec) {
    Security security = spec.security();
    ContainerSecurity container = security == null ? null : security.containerSecurityContext();
    return container == null || !Boolean.FALSE.equals(container.readOnlyRootFilesystem());
  }

  /** The block {@code availability.pdb}, if it is there. */
  public static @Nullable DisruptionBudget disruptionBudget(ClawSpec spec) {
    Availability availability = spec.availability();
    return availability == null ? null : availability.pdb();
  }

  /** Whether the operator makes a PodDisruptionBudget: yes, also when the block is absent. */
  public static boolean disruptionBudgetEnabled(ClawSpec spec) {
    DisruptionBudget budget = disruptionBudget(spec);
    return budget == null || !Boolean.FALSE.equals(budget.enabled());
  }

  /** Whether a ClusterIP Service for the gateway is asked for. */
  public static boolean exposed(ClawSpec spec) {
    Expose expose = spec.expose();
    return expose != null && Boolean.TRUE.equals(expose.service());
  }

  /** The model name of {@code config.model}, where it is a string. */
  public static @Nullable String model(ClawSpec spec) {
    return text(spec, CONFIG_MODEL);
  }

  /** The system prompt of {@code config.systemPrompt}, where it is a string. */
  public static @Nullable String systemPrompt(ClawSpec spec) {
    return text(spec, CONFIG_SYSTEM_PROMPT);
  }

  /** The environment of {@code config.environment}, in the order in which it was written. */
  public static Map<String, String> environment(ClawSpec spec) {
    Map<String, String> environment = new LinkedHashMap<>();
    JsonNode config = spec.config();
    if (config != null && config.path(CONFIG_ENVIRONMENT).isObject()) {
      config
          .path(CONFIG_ENVIRONMENT)
          .properties()
          .forEach(entry -> environment.put(entry.getKey(), entry.getValue().asText()));
    }
    return environment;
  }

  private static @Nullable String text(ClawSpec spec, String key) {
    JsonNode config = spec.config();
    JsonNode value = config == null ? null : config.get(key);
    return value == null || !value.isTextual() ? null : value.asText();
  }
}
