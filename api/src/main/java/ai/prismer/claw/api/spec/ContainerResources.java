package ai.prismer.claw.api.spec;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Requests and limits of one container, as in a pod.
 *
 * @param requests Guaranteed amounts by resource name (cpu, memory, ephemeral-storage).
 * @param limits Upper bounds by resource name (cpu, memory, ephemeral-storage).
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ContainerResources(
    @JsonPropertyDescription(
            "Guaranteed amounts by resource name (cpu, memory, ephemeral-storage).")
        @Size(max = 16)
        @Nullable Map<String, Quantity> requests,
    @JsonPropertyDescription("Upper bounds by resource name (cpu, memory, ephemeral-storage).")
        @Size(max = 16)
        @Nullable Map<String, Quantity> limits) {}
