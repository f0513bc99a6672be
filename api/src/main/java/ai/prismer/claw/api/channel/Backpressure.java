package ai.prismer.claw.api.channel;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * When the bus slows a channel down, counted in messages that wait for the agent.
 *
 * @param bufferSize Messages that the watermarks are parts of, 16 to 65536. Default 1024.
 * @param highWatermark Part of bufferSize, 0 to 1, at which the channel is slowed down. Default
 *     0.8.
 * @param lowWatermark Part of bufferSize at which that ends; below highWatermark. Default 0.3.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "double(has(self.lowWatermark) ? self.lowWatermark : '0.3') < double(has(self.highWatermark) ? self.highWatermark : '0.8')",
    message = "lowWatermark must be below highWatermark; absent ones are 0.3 and 0.8")
public record Backpressure(
    @JsonPropertyDescription(
            "Messages that the watermarks are parts of, 16 to 65536. Default 1024.")
        @Min(16)
        @Max(65536)
        @Nullable Integer bufferSize,
    @JsonPropertyDescription(
            "Part of bufferSize, 0 to 1, at which the channel is slowed down. Default 0.8.")
        @Size(max = 8)
        @Pattern("^(0(\\.[0-9]{1,6})?|1(\\.0{1,6})?)$")
        @Nullable String highWatermark,
    @JsonPropertyDescription(
            "Part of bufferSize at which that ends; below highWatermark. Default 0.3.")
        @Size(max = 8)
        @Pattern("^(0(\\.[0-9]{1,6})?|1(\\.0{1,6})?)$")
        @Nullable String lowWatermark) {}
