/**
 * Self-healing of one Claw: from a container that the kernel killed, or a request in an annotation,
 * to a verified change and two receipts.
 *
 * <h2>Idea</h2>
 *
 * The whole state of healing lies in {@code status.ops} of the Claw. {@link
 * ai.prismer.claw.operator.ops.Course} looks at that state and at the pods and names the one next
 * step; {@link ai.prismer.claw.operator.ops.Healing} carries it out and looks again. Each step is
 * one write, and each write is a compare-and-swap, so it does not matter how many operators are at
 * it, how stale one of them is, or after which write one dies: whoever comes next finds the state
 * and goes on from there.
 *
 * <h2>The way of an intent</h2>
 *
 * <ol>
 *   <li>Signals are stored: an OOM is one container ID and one finish time, stored once.
 *   <li>A rule has seen enough: its intent is written into the annotation, where an agent's or a
 *       person's would stand. From here on all are equal but for their author.
 *   <li>The gate decides. Execute: one update of the status holds the action in flight, the
 *       adjustment, the rule's memory and the receipt that is owed (stage Acting).
 *   <li>The action: for a new limit the rest of the reconciliation applies the adjusted template
 *       and replaces the pod; for a restart the pod is removed here, by UID.
 *   <li>Done: one update moves the generation mark (stage Verifying). From here on the same intent
 *       is known and only cleared away.
 *   <li>The receipt is appended, the incident recorded, the annotation removed, and the debt struck
 *       off.
 *   <li>The new pod is watched for {@code ops.verifyWindow}: Healthy, Ineffective, or Undone. One
 *       update holds the result and the outcome's receipt that is owed, and takes the adjustment
 *       back where it must be (stage Closing).
 *   <li>The outcome's receipt is appended, the incident closed, and nothing is in flight any more.
 * </ol>
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>Nothing happens to a workload that the status did not announce: a crash before the action
 *       repeats it, and a repeated action changes nothing (limits are declared, a pod is removed by
 *       UID).
 *   <li>The mark moves only after the action and only to generations the gate accepted: a refusal
 *       can lock nobody out.
 *   <li>A decision without a receipt does not exist: both are one update ({@code
 *       status.ops.outbox}), and no further decision is made before the debt is paid.
 *   <li>An action always ends, however long a pod stays away.
 *   <li>A rule never waits for an agent: what an agent holds the slot with is refused with a
 *       receipt and replaced in one write, so that the slot is never free in between.
 *   <li>Where many agents fail at once ({@link ai.prismer.claw.operator.ops.Outbreaks}) only people
 *       act; a rule that is held up forgets nothing it has seen.
 * </ul>
 */
@NullMarked
package ai.prismer.claw.operator.ops;

import org.jspecify.annotations.NullMarked;
