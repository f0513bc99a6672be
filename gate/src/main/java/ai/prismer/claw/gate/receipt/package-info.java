/**
 * The receipt log: one signed, chained record for each decision and each outcome, which a stranger
 * can verify with nothing but a public key obtained elsewhere.
 *
 * <h2>Idea</h2>
 *
 * A {@link ai.prismer.claw.gate.receipt.Receipt} is an in-toto Statement v1 in RFC 8785 form,
 * signed in a DSSE envelope. Its canonical payload, without the signature, is a leaf of an RFC 6962
 * Merkle tree; the tree's head is a C2SP checkpoint (a signed note). Each receipt also holds the
 * digest of the one before. Nothing here is our own format where a public one exists, so other
 * people's libraries verify envelopes and checkpoints.
 *
 * <h2>What each part prevents</h2>
 *
 * <ul>
 *   <li>signature over the canonical payload: a changed record
 *   <li>index and previous digest in the payload: a record removed, moved or inserted; the first
 *       break names its place
 *   <li>checkpoint over size and root: a tail that was cut off, and two histories told to two
 *       people (whoever keeps an old checkpoint sees that the new log does not contain it)
 *   <li>a pinned key, never one taken from the export: a whole log signed again by somebody else
 *   <li>the leaf without its signature: a signature can be added later without changing the tree
 * </ul>
 *
 * <h2>Appending</h2>
 *
 * What a receipt says is a {@link ai.prismer.claw.gate.receipt.Draft}; its place comes last. {@link
 * ai.prismer.claw.gate.receipt.Draft#place} needs only the {@link
 * ai.prismer.claw.gate.receipt.Frontier}: the size, at most 53 subtree hashes, and the digest of
 * the last payload. The caller creates the object named by the index first (it exists already:
 * somebody else appended; read it, {@link ai.prismer.claw.gate.receipt.LogState#follow} it, try the
 * next index), then moves the head by compare-and-swap. A crash between the two leaves one receipt
 * beyond the head, which the next writer follows in the same way.
 *
 * <h2>Receipts about the log itself</h2>
 *
 * A {@link ai.prismer.claw.gate.receipt.LogEntry} changes what may follow it, and {@link
 * ai.prismer.claw.gate.receipt.LogState} is the one place that knows how:
 *
 * <ul>
 *   <li>A rotation names the next key, signed by the old and the new one. Who has pinned the old
 *       key follows; the old key signs nothing behind it.
 *   <li>A receipt that could not be signed has an empty list of signatures. Its leaf and its place
 *       in the chain are the same with and without one. A later receipt, a voucher, names it by
 *       index and digest; until then no checkpoint is signed.
 *   <li>A pruning names the mark below which a person had receipts deleted, with the frontier
 *       there. What is left verifies from that frontier: wrong peaks do not lead to the signed
 *       root.
 *   <li>Further kinds are further values of {@code kind}. A verifier checks signature, place and
 *       chain of a kind it does not know, and counts it.
 * </ul>
 *
 * <h2>Deciding again</h2>
 *
 * Policy and observation are recorded in full, {@code now} and the text of an unreadable intent
 * included, so {@link ai.prismer.claw.gate.receipt.Replay} makes each decision again from its
 * receipt alone and compares byte for byte.
 */
@NullMarked
package ai.prismer.claw.gate.receipt;

import org.jspecify.annotations.NullMarked;
