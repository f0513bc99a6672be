package ai.prismer.claw.api.status;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * One channel that a Claw names.
 *
 * @param name Name of the ClawChannel.
 * @param status How it stands.
 * @param backpressure How far the bus slows it down.
 * @param deadLetterCount Messages of it that were given up and are kept.
 * @param lastError Why it does not work; absent while it does.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ChannelState(
    @JsonPropertyDescription("Name of the ClawChannel.") @Required @Size(max = 55) String name,
    @JsonPropertyDescription("How it stands.") @Required ChannelReadiness status,
    @JsonPropertyDescription(
            "How far the bus slows it down: normal, degraded or blocked; absent while its bus does"
                + " not say.")
        @Nullable Pressure backpressure,
    @JsonPropertyDescription(
            "Messages of it that were given up and are kept, both ways; absent while its bus does"
                + " not say.")
        @Nullable Long deadLetterCount,
    @JsonPropertyDescription("Why it does not work; absent while it does.") @Size(max = 1024)
        @Nullable String lastError) {

  /** A channel of which its bus says nothing. */
  public static ChannelState of(String name, ChannelReadiness status, @Nullable String lastError) {
    return new ChannelState(name, status, null, null, lastError);
  }
}
