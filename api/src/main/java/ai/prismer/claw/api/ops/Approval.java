package ai.prismer.claw.api.ops;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * A person's decision on an escalation. The admission policy lets it be written once, by who holds
 * the verb {@code approve}, under their own name and for what the status shows.
 *
 * @param decision Approve or Reject.
 * @param actionDigest The actionDigest of the status, exactly as it was shown; absent where there
 *     is no proposal.
 * @param by User name of who decides.
 * @param at When, RFC 3339; for people, the operator takes its own time.
 * @param reason Why.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Approval(
    @JsonPropertyDescription("Approve or Reject.") @Required Decision decision,
    @JsonPropertyDescription(
            "The actionDigest of the status, exactly as it was shown; absent where there is no proposal.")
        @Size(max = 64)
        @Nullable String actionDigest,
    @JsonPropertyDescription("User name of who decides: the writer's own.")
        @Required
        @Size(min = 1, max = 512)
        String by,
    @JsonPropertyDescription("When, RFC 3339; for people, the operator takes its own time.")
        @Size(max = 64)
        @Nullable String at,
    @JsonPropertyDescription("Why.") @Size(max = 1024) @Nullable String reason) {

  /** What can be decided. */
  public enum Decision {
    Approve,
    Reject
  }
}
