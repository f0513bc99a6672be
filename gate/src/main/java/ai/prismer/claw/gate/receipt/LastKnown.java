package ai.prismer.claw.gate.receipt;

import ai.prismer.claw.gate.canonical.CanonicalJson;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the receipts of one name say that self-healing left there.
 *
 * <p>A Claw that is deleted and made again from a backup has another UID and no status, while the
 * log still knows it by namespace and name. The mark is the highest of all its lives, so that no
 * intent which was decided once is decided again. The adjustments are those of its last life alone:
 * one that had begun anew in between owes nothing to the one before.
 *
 * <p>An action that had not ended counts for the mark and leaves no adjustment: nobody has seen
 * whether it helps. A receipt without the signature of one of the keys counts for nothing.
 *
 * @param mark generation of the last processed intent; 0 for none
 * @param digest digest of that intent, hexadecimal; empty if it is not known
 * @param standing what the last life was left with; null if nothing says so
 */
public record LastKnown(long mark, String digest, @Nullable Standing standing) {
  private static final Set<String> PROCESSED = Set.of("Execute", "WouldExecute", "Hold");

  /** The receipts say nothing. */
  public static final LastKnown NOTHING = new LastKnown(0, "", null);

  /**
   * Reads receipts.
   *
   * @param envelopes those of one namespace and name, in the order of the log
   * @param keys keys that the log accepts or has accepted
   * @param latest no mark is later than this: one in the future would lock everybody out
   */
  public static LastKnown of(List<String> envelopes, Collection<VerifierKey> keys, Instant latest) {
    LastKnown known = NOTHING;
    String life = "";
    for (String envelope : envelopes) {
      JsonNode predicate = predicate(envelope, keys);
      if (predicate == null) {
        continue;
      }
      String uid = predicate.at("/claw/uid").asText();
      if (!uid.equals(life)) {
        life = uid;
        known = new LastKnown(known.mark, known.digest, null);
      }
      known = known.after(predicate, latest.toEpochMilli());
    }
    return known;
  }

  private LastKnown after(JsonNode predicate, long latest) {
    Standing left = Standing.read(predicate.path("standing"));
    if (left != null) {
      return left.mark() > mark && left.mark() <= latest
          ? new LastKnown(left.mark(), "", left)
          : new LastKnown(mark, digest, left);
    }
    long generation = predicate.at("/intent/generation").asLong();
    return PROCESSED.contains(predicate.path("decision").asText())
            && generation > mark
            && generation <= latest
        ? new LastKnown(generation, predicate.path("intentDigest").asText(), standing)
        : this;
  }

  private static @Nullable JsonNode predicate(String envelope, Collection<VerifierKey> keys) {
    try {
      Envelope read = Envelope.read(envelope.getBytes(StandardCharsets.UTF_8));
      return read.isSignedBy(keys) ? CanonicalJson.read(read.payload()).path("predicate") : null;
    } catch (NotVerifiedException | IOException unreadable) {
      return null;
    }
  }
}
