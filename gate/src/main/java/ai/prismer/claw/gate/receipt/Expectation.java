package ai.prismer.claw.gate.receipt;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What the verifier of a log knows from elsewhere.
 *
 * @param keys pinned public keys, at least one; never taken from the export
 * @param checkpoint a checkpoint of this log that was kept earlier: the log must still contain it
 * @param minSize the log has at least this many receipts; 0 where that is not known
 */
public record Expectation(
    Collection<VerifierKey> keys, Optional<Checkpoint> checkpoint, long minSize) {
  /**
   * Checks that there is a key.
   *
   * @throws IllegalArgumentException without any key, or with a negative size
   */
  public Expectation {
    keys = List.copyOf(keys);
    if (keys.isEmpty()) {
      throw new IllegalArgumentException(
          "a log is verified against a pinned key, and none is given");
    }
    if (minSize < 0) {
      throw new IllegalArgumentException("the size of a log is not negative");
    }
  }
}
