package ai.prismer.claw.api.spec;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The account of the pod.
 *
 * @param name An existing ServiceAccount to use instead of an own one. Its writer needs the verb
 *     impersonate on it.
 * @param annotations Annotations of the own ServiceAccount, by the allowlist of the cluster.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ServiceAccountReference(
    @JsonPropertyDescription(
            "An existing ServiceAccount to use instead of an own one. Its writer needs the verb impersonate on it.")
        @Size(min = 1, max = 253)
        @Nullable String name,
    @JsonPropertyDescription(
            "Annotations of the own ServiceAccount, by the allowlist of the cluster.")
        @Size(max = 16)
        @Nullable Map<String, String> annotations) {}
