package ai.prismer.claw.api.channel;

import ai.prismer.claw.api.spec.LocalReference;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/**
 * Where the sidecar gets its secrets from.
 *
 * @param secretRef Secret whose keys become environment variables of the sidecar.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ChannelCredentials(
    @JsonPropertyDescription("Secret whose keys become environment variables of the sidecar.")
        @Nullable LocalReference secretRef) {}
