package ai.prismer.claw.api.spec;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/**
 * Network and process confinement of the agent.
 *
 * @param networkPolicy The NetworkPolicy of the pod.
 * @param podSecurityContext Security settings of the pod.
 * @param containerSecurityContext Security settings of the runtime container.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Security(
    @JsonPropertyDescription("The NetworkPolicy of the pod.")
        @Nullable NetworkPolicySpec networkPolicy,
    @JsonPropertyDescription("Security settings of the pod.")
        @Nullable PodSecurity podSecurityContext,
    @JsonPropertyDescription("Security settings of the runtime container.")
        @Nullable ContainerSecurity containerSecurityContext) {}
