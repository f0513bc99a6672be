package ai.prismer.claw.api.spec;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/**
 * Bounds of self-healing for this agent.
 *
 * @param agentIntents What becomes of what the agent itself asks for: Deny, Approve or Auto.
 *     Default Deny.
 * @param mode Whether decisions take effect: Enforce or Observe. Default Enforce.
 * @param budgetPerHour How many actions may be executed in an hour, 3 to 20; 2 of them are kept for
 *     rules. Default 5.
 * @param maxMemory Largest memory limit that self-healing may set. Default: half of the largest
 *     node.
 * @param maxCpu Largest CPU limit that self-healing may set. Default: half of the largest node.
 * @param maxReplicas Most pods that self-healing may ask for, 1 to 10. Default 10.
 * @param approvalTimeout How long a proposal waits for a person, 1m to 24h. Default 30m.
 * @param adjustmentTTL How long what self-healing raised stays, 10m to 8760h; then it is taken away
 *     again. Default for ever.
 * @param verifyWindow How long a change must hold before it counts as Healthy, 30s to 30m. Default
 *     5m.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Ops(
    @JsonPropertyDescription(
            "What becomes of what the agent itself asks for within the bounds: Deny refuses it, Approve lets a person decide, Auto carries it out. Default Deny.")
        @Nullable AgentIntents agentIntents,
    @JsonPropertyDescription(
            "Whether decisions take effect: with Observe everything is decided and recorded and nothing is touched. Default Enforce.")
        @Nullable OpsMode mode,
    @JsonPropertyDescription(
            "How many actions may be executed in an hour, 3 to 20; 2 of them are kept for rules. Default 5.")
        @Min(3)
        @Max(20)
        @Nullable Integer budgetPerHour,
    @JsonPropertyDescription(
            "Largest memory limit that self-healing may set. Default: half of the largest node.")
        @Nullable Quantity maxMemory,
    @JsonPropertyDescription(
            "Largest CPU limit that self-healing may set. Default: half of the largest node.")
        @Nullable Quantity maxCpu,
    @JsonPropertyDescription("Most pods that self-healing may ask for, 1 to 10. Default 10.")
        @Min(1)
        @Max(10)
        @Nullable Integer maxReplicas,
    @JsonPropertyDescription("How long a proposal waits for a person, 1m to 24h. Default 30m.")
        @Pattern("^([0-9]+(h|m|s))+$")
        @Size(max = 16)
        @ValidationRule(
            value = "duration(self) >= duration('1m') && duration(self) <= duration('24h')",
            message = "approvalTimeout must lie between 1m and 24h",
            messageExpression = "'approvalTimeout is ' + self + '; it must lie between 1m and 24h'")
        @Nullable String approvalTimeout,
    @JsonPropertyDescription(
            "How long what self-healing raised stays, 10m to 8760h; then the agent goes back to what its spec says. Default for ever.")
        @Pattern("^([0-9]+(h|m|s))+$")
        @Size(max = 16)
        @ValidationRule(
            value = "duration(self) >= duration('10m') && duration(self) <= duration('8760h')",
            message = "adjustmentTTL must lie between 10m and 8760h",
            messageExpression =
                "'adjustmentTTL is ' + self + '; it must lie between 10m and 8760h'")
        @Nullable String adjustmentTTL,
    @JsonPropertyDescription(
            "How long a change must hold before it counts as Healthy, 30s to 30m. Default 5m.")
        @Pattern("^([0-9]+(h|m|s))+$")
        @Size(max = 16)
        @ValidationRule(
            value = "duration(self) >= duration('30s') && duration(self) <= duration('30m')",
            message = "verifyWindow must lie between 30s and 30m",
            messageExpression = "'verifyWindow is ' + self + '; it must lie between 30s and 30m'")
        @Nullable String verifyWindow) {}
