package ai.prismer.claw.api.spec;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Security settings of the runtime container; relaxing is possible only within the restricted
 * profile.
 *
 * @param readOnlyRootFilesystem Whether the root file system is read-only. Default true.
 * @param addCapabilities Capabilities to add after all were dropped.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ContainerSecurity(
    @JsonPropertyDescription("Whether the root file system is read-only. Default true.")
        @Nullable Boolean readOnlyRootFilesystem,
    @JsonPropertyDescription("Capabilities to add after all were dropped.") @Size(max = 1)
        @Nullable List<Capability> addCapabilities) {}
