package ai.prismer.claw.operator.signals;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * How much one container used, measured once.
 *
 * @param namespace namespace of the pod
 * @param pod its name
 * @param container the container
 * @param memoryBytes working set in bytes
 * @param cpuMillicores thousandths of a core, on average since {@code from}
 * @param from where the measurement begins
 * @param at when it was taken, by the clock of its node
 */
record Sample(
    String namespace,
    String pod,
    String container,
    OptionalLong memoryBytes,
    OptionalLong cpuMillicores,
    Instant from,
    Instant at) {}
