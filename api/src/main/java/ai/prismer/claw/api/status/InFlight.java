package ai.prismer.claw.api.status;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one intent that is being executed or verified.
 *
 * @param generation Generation of the intent.
 * @param digest SHA-256 of the intent, hex.
 * @param action Action, such as bump-memory.
 * @param params Parameters of the action.
 * @param author Author of the intent.
 * @param authorClass Class of the author.
 * @param rule Rule that asked, if one did.
 * @param before Value before the action.
 * @param podUid UID of the pod that is to be replaced.
 * @param escalation Escalation that records the incident.
 * @param stage Acting, Verifying or Closing.
 * @param result How it ended, once it is Closing: Healthy, Ineffective or Undone.
 * @param reason The same in words.
 * @param receiptIndex Index of the receipt of the decision, once it is in the log.
 * @param startedAt When the action was decided, RFC 3339.
 * @param verifyingSince When verification began: the intended pod was ready, RFC 3339.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record InFlight(
    @JsonPropertyDescription("Generation of the intent.") @Required Long generation,
    @JsonPropertyDescription("SHA-256 of the intent, hex.") @Required @Size(max = 128)
        String digest,
    @JsonPropertyDescription("Action, such as bump-memory.") @Required @Size(max = 64)
        String action,
    @JsonPropertyDescription("Parameters of the action.") @Size(max = 16)
        @Nullable Map<String, String> params,
    @JsonPropertyDescription("Author of the intent.") @Required @Size(max = 512) String author,
    @JsonPropertyDescription("Class of the author.") @Required @Size(max = 32) String authorClass,
    @JsonPropertyDescription("Rule that asked, if one did.") @Size(max = 64) @Nullable String rule,
    @JsonPropertyDescription("Value before the action.") @Size(max = 64) @Nullable String before,
    @JsonPropertyDescription("UID of the pod that is to be replaced.") @Size(max = 64)
        @Nullable String podUid,
    @JsonPropertyDescription("Escalation that records the incident.") @Size(max = 253)
        @Nullable String escalation,
    @JsonPropertyDescription("Acting, Verifying or Closing.")
        @Required
        @Pattern("^(Acting|Verifying|Closing)$")
        String stage,
    @JsonPropertyDescription("How it ended, once it is Closing: Healthy, Ineffective or Undone.")
        @Pattern("^(Healthy|Ineffective|Undone)$")
        @Nullable String result,
    @JsonPropertyDescription("The same in words.") @Size(max = 1024) @Nullable String reason,
    @JsonPropertyDescription("Index of the receipt of the decision, once it is in the log.")
        @Nullable Long receiptIndex,
    @JsonPropertyDescription("When the action was decided, RFC 3339.") @Required @Size(max = 64)
        String startedAt,
    @JsonPropertyDescription("When verification began: the intended pod was ready, RFC 3339.")
        @Size(max = 64)
        @Nullable String verifyingSince) {}
