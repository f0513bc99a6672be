package ai.prismer.claw.api.status;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one proposal that waits for a person.
 *
 * @param escalation Escalation it moved into.
 * @param action Action, such as bump-memory.
 * @param params Parameters, as the gate understood them.
 * @param actionDigest What an approval must repeat.
 * @param author Who proposed it.
 * @param reason Why, in the words of whoever proposed it: untrusted.
 * @param since Since when, RFC 3339.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Held(
    @JsonPropertyDescription("Escalation it moved into.") @Required @Size(max = 253)
        String escalation,
    @JsonPropertyDescription("Action, such as bump-memory.") @Required @Size(max = 64)
        String action,
    @JsonPropertyDescription("Parameters, as the gate understood them.") @Size(max = 16)
        @Nullable Map<String, String> params,
    @JsonPropertyDescription("What an approval must repeat.") @Required @Size(max = 64)
        String actionDigest,
    @JsonPropertyDescription("Who proposed it.") @Required @Size(max = 512) String author,
    @JsonPropertyDescription("Why, in the words of whoever proposed it: untrusted.")
        @Size(max = 1024)
        @Nullable String reason,
    @JsonPropertyDescription("Since when, RFC 3339.") @Required @Size(max = 64) String since) {}
