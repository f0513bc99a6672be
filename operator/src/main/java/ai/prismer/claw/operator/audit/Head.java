package ai.prismer.claw.operator.audit;

import ai.prismer.claw.gate.receipt.Checkpoint;
import ai.prismer.claw.gate.receipt.Frontier;
import ai.prismer.claw.gate.receipt.SigningKey;
import ai.prismer.claw.gate.receipt.VerifierKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The end of the log, as one operator knows it.
 *
 * @param frontier what it takes to append
 * @param keys public keys that signed the log, newest last
 * @param resourceVersion version of the ConfigMap that was read or written last; null if there was
 *     none
 * @param stored how many receipts the ConfigMap of that version covers; −1 if it is not usable
 */
record Head(
    Frontier frontier, List<VerifierKey> keys, @Nullable String resourceVersion, long stored) {

  Head {
    keys = List.copyOf(keys);
  }

  long size() {
    return frontier.size();
  }

  /** Whether the ConfigMap says the same. */
  boolean isStored() {
    return stored == size();
  }

  Head with(Frontier next) {
    return new Head(next, keys, resourceVersion, stored);
  }

  Head asStored(@Nullable String version, long size) {
    return new Head(frontier, keys, version, size);
  }

  /** The head with this key among those that signed; a key it did not know makes it unstored. */
  Head signedBy(VerifierKey key) {
    if (keys.contains(key)) {
      return this;
    }
    List<VerifierKey> all = new ArrayList<>(keys);
    all.add(key);
    return new Head(frontier, all, resourceVersion, -1);
  }

  String checkpoint(SigningKey key) {
    return Checkpoint.of(key.verifier().name(), frontier).sign(key);
  }
}
