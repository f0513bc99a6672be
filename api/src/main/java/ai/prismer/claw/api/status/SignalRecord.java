package ai.prismer.claw.api.status;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * One edge of a signal, kept as long as a rule may count it.
 *
 * @param type Kind of signal, such as OOMKilled.
 * @param pod Pod it was seen in.
 * @param podUid UID of that pod: its successor of the same name is another one.
 * @param container Container it was seen in; absent where the pod as a whole is meant.
 * @param key Identity of the edge, so that one event counts once: container ID and finish time.
 * @param at When it happened, or had lasted too long, RFC 3339.
 * @param since When it began, for what lasts, RFC 3339.
 * @param endedAt When it was over, RFC 3339; absent while it is not.
 * @param detail What was said about it.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record SignalRecord(
    @JsonPropertyDescription("Kind of signal, such as OOMKilled.") @Required @Size(max = 64)
        String type,
    @JsonPropertyDescription("Pod it was seen in.") @Required @Size(max = 63) String pod,
    @JsonPropertyDescription("UID of that pod: its successor of the same name is another one.")
        @Required
        @Size(max = 64)
        String podUid,
    @JsonPropertyDescription("Container it was seen in; absent where the pod as a whole is meant.")
        @Size(max = 63)
        @Nullable String container,
    @JsonPropertyDescription(
            "Identity of the edge, so that one event counts once: container ID and finish time.")
        @Required
        @Size(max = 256)
        String key,
    @JsonPropertyDescription("When it happened, or had lasted too long, RFC 3339.")
        @Required
        @Size(max = 64)
        String at,
    @JsonPropertyDescription("When it began, for what lasts, RFC 3339.") @Size(max = 64)
        @Nullable String since,
    @JsonPropertyDescription("When it was over, RFC 3339; absent while it is not.") @Size(max = 64)
        @Nullable String endedAt,
    @JsonPropertyDescription("What was said about it.") @Size(max = 256) @Nullable String detail) {

  /** Whether what it tells of goes on. */
  public boolean open() {
    return endedAt == null;
  }

  /** The same, over since then. */
  public SignalRecord ended(String when) {
    return new SignalRecord(type, pod, podUid, container, key, at, since, when, detail);
  }
}
