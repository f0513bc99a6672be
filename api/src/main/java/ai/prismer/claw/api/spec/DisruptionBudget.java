package ai.prismer.claw.api.spec;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * The PodDisruptionBudget of the Claw.
 *
 * @param enabled Whether the operator makes a PodDisruptionBudget. Default true.
 * @param minAvailable Pods that must stay available. With one replica a 1 is read as the default of
 *     older versions, maxUnavailable 1, because it would block every drain.
 * @param maxUnavailable Pods that may be unavailable. Default 1.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "!(has(self.minAvailable) && has(self.maxUnavailable))",
    message = "set minAvailable or maxUnavailable, not both")
public record DisruptionBudget(
    @JsonPropertyDescription("Whether the operator makes a PodDisruptionBudget. Default true.")
        @Nullable Boolean enabled,
    @JsonPropertyDescription(
            "Pods that must stay available. With one replica a 1 is read as the default of older versions, maxUnavailable 1, because it would block every drain.")
        @Min(0)
        @Max(10)
        @Nullable Integer minAvailable,
    @JsonPropertyDescription("Pods that may be unavailable. Default 1.") @Min(0) @Max(10)
        @Nullable Integer maxUnavailable) {}
