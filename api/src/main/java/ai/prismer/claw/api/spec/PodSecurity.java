package ai.prismer.claw.api.spec;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import org.jspecify.annotations.Nullable;

/**
 * Security settings of the pod; relaxing is possible only within the restricted Pod Security
 * profile.
 *
 * @param runAsUser User id of every container; 0 is refused.
 * @param runAsGroup Group id of every container; 0 is refused.
 * @param fsGroup Group id that owns the volumes; 0 is refused.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record PodSecurity(
    @JsonPropertyDescription("User id of every container; 0 is refused.") @Min(1)
        @Nullable Long runAsUser,
    @JsonPropertyDescription("Group id of every container; 0 is refused.") @Min(1)
        @Nullable Long runAsGroup,
    @JsonPropertyDescription("Group id that owns the volumes; 0 is refused.") @Min(1)
        @Nullable Long fsGroup) {}
