package ai.prismer.claw.api.channel;

import ai.prismer.claw.api.status.Condition;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who uses a channel.
 *
 * @param conditions Aspects of the state: InUse.
 * @param referenceCount How many Claws name it.
 * @param referencingClaws The Claws that name it, by name; the first 100.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ChannelStatus(
    @JsonPropertyDescription("Aspects of the state: InUse.") @Size(max = 8)
        @Nullable List<Condition> conditions,
    @JsonPropertyDescription("How many Claws name it.") @Nullable Integer referenceCount,
    @JsonPropertyDescription("The Claws that name it, by name; the first 100.") @Size(max = 100)
        @Nullable List<@Size(max = 253) String> referencingClaws) {}
