package ai.prismer.claw.channel.vendor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * What a person asked.
 *
 * @param place where, and by that its id
 * @param at when, by the service's clock
 * @param payload {@code text}, {@code user}, {@code thread}, {@code channel}, and {@code files} if
 *     there are any
 */
public record Question(Place place, Instant at, ObjectNode payload) {}
