package ai.prismer.claw.api.spec;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request that must answer with a status from 200 to 399.
 *
 * @param path Path of the request. Default /.
 * @param port Port of the request.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record HttpProbe(
    @JsonPropertyDescription("Path of the request. Default /.") @Pattern("^/") @Size(max = 1024)
        @Nullable String path,
    @JsonPropertyDescription("Port of the request.") @Required @Min(1) @Max(65535) Integer port) {}
