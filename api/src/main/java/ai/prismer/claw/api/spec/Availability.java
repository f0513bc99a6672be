package ai.prismer.claw.api.spec;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/**
 * How the Claw behaves while nodes are drained.
 *
 * @param pdb The PodDisruptionBudget.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Availability(
    @JsonPropertyDescription("The PodDisruptionBudget.") @Nullable DisruptionBudget pdb) {}
