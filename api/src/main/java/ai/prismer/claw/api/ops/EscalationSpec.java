package ai.prismer.claw.api.ops;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One incident.
 *
 * @param clawRef The Claw it happened to.
 * @param clawUid UID of that Claw: a later Claw of the same name is another one.
 * @param trigger What was seen.
 * @param severity How urgent it is.
 * @param metricSnapshot What was measured when it was opened: limits, pods, recent actions.
 * @param eventSnapshot What Events said of the Claw's pods then, oldest first: untrusted.
 * @param ttlSecondsAfterFinished How long it is kept once it has ended; 0 to 31536000. Default
 *     604800, a week.
 * @param approval A person's decision, written once by the person.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record EscalationSpec(
    @JsonPropertyDescription("The Claw it happened to.") @Required ClawReference clawRef,
    @JsonPropertyDescription("UID of that Claw: a later Claw of the same name is another one.")
        @Required
        @Size(max = 64)
        String clawUid,
    @JsonPropertyDescription("What was seen.") @Required Trigger trigger,
    @JsonPropertyDescription("How urgent it is.") @Required Severity severity,
    @JsonPropertyDescription("What was measured when it was opened: limits, pods, recent actions.")
        @Size(max = 64)
        @Nullable Map<String, String> metricSnapshot,
    @JsonPropertyDescription(
            "What Events said of the Claw's pods when it was opened, oldest first: untrusted.")
        @Size(max = 16)
        @Nullable List<EventRecord> eventSnapshot,
    @JsonPropertyDescription(
            "How long it is kept once it has ended, in seconds. Default 604800, a week.")
        @Min(0)
        @Max(31_536_000)
        @Nullable Integer ttlSecondsAfterFinished,
    @JsonPropertyDescription("A person's decision, written once by the person.")
        @Nullable Approval approval) {
  /** How long an escalation is kept if nothing else is said, in seconds. */
  public static final int KEPT = 604_800;

  /** The same with these Events. */
  public EscalationSpec withEvents(List<EventRecord> events) {
    return new EscalationSpec(
        clawRef,
        clawUid,
        trigger,
        severity,
        metricSnapshot,
        events,
        ttlSecondsAfterFinished,
        approval);
  }
}
