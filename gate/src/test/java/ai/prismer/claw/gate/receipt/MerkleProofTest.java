package ai.prismer.claw.gate.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.prismer.claw.gate.canonical.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Every proof of every small tree, whole and pruned; what other libraries say of them is said
 * elsewhere.
 */
class MerkleProofTest {
  private static final int MAX = 40;

  private static byte[] payload(int i) {
    return ("leaf " + i).getBytes(StandardCharsets.UTF_8);
  }

  private static Frontier frontier(int size) {
    Frontier frontier = Frontier.EMPTY;
    for (int i = 0; i < size; i++) {
      frontier = frontier.append(payload(i));
    }
    return frontier;
  }

  private static MerkleTree tree(int start, int size) {
    MerkleTree tree = new MerkleTree(frontier(start));
    for (int i = start; i < size; i++) {
      tree.append(payload(i));
    }
    return tree;
  }

  @Test
  void everyRootIsTheOneOfTheFrontier() {
    MerkleTree tree = tree(0, MAX);
    for (int size = 0; size <= MAX; size++) {
      assertThat(tree.root(size)).isEqualTo(frontier(size).root());
    }
  }

  @Test
  void everyLeafOfEveryTreeIsProven() {
    MerkleTree tree = tree(0, MAX);
    for (int size = 1; size <= MAX; size++) {
      Digest root = tree.root(size);
      for (int i = 0; i < size; i++) {
        List<Digest> proof = tree.inclusion(i, size);
        assertThat(MerkleProof.includes(payload(i), i, size, proof, root)).isTrue();
        assertThat(MerkleProof.includes(payload(i + 1), i, size, proof, root)).isFalse();
        assertThat(MerkleProof.includes(payload(i), i + 1, size, proof, root))
            .as("%s of %s", i, size)
            .isFalse();
        if (size < MAX && !proof.isEmpty()) {
          assertThat(MerkleProof.includes(payload(i), i, size, proof, tree.root(size + 1)))
              .isFalse();
          assertThat(
                  MerkleProof.includes(payload(i), i, size, proof.subList(1, proof.size()), root))
              .isFalse();
          List<Digest> longer = new ArrayList<>(proof);
          longer.add(root);
          assertThat(MerkleProof.includes(payload(i), i, size, longer, root)).isFalse();
        }
      }
    }
  }

  @Test
  void everyTreeIsProvenToBeginWithEverySmallerOne() {
    MerkleTree tree = tree(0, MAX);
    Digest other = Digest.of(new byte[9]);
    for (int to = 0; to <= MAX; to++) {
      for (int from = 0; from <= to; from++) {
        List<Digest> proof = tree.consistency(from, to);
        Digest older = tree.root(from);
        Digest newer = tree.root(to);
        assertThat(MerkleProof.isConsistent(from, older, to, newer, proof))
            .as("%s to %s", from, to)
            .isTrue();
        if (from > 0) {
          assertThat(MerkleProof.isConsistent(from, other, to, newer, proof)).isFalse();
          assertThat(MerkleProof.isConsistent(from, older, to, other, proof)).isFalse();
        }
        if (proof.size() > 1) {
          List<Digest> reversed = new ArrayList<>(proof);
          Collections.swap(reversed, 0, 1);
          assertThat(MerkleProof.isConsistent(from, older, to, newer, reversed)).isFalse();
          assertThat(
                  MerkleProof.isConsistent(
                      from, older, to, newer, proof.subList(0, proof.size() - 1)))
              .isFalse();
        }
      }
    }
  }

  @Test
  void aPrunedTreeGivesTheSameProofsAsTheWholeOne() {
    MerkleTree whole = tree(0, MAX);
    for (int start = 1; start <= MAX; start++) {
      MerkleTree pruned = tree(start, MAX);
      for (int size = start; size <= MAX; size++) {
        assertThat(pruned.root(size)).isEqualTo(whole.root(size));
        for (int i = start; i < size; i++) {
          assertThat(pruned.inclusion(i, size)).isEqualTo(whole.inclusion(i, size));
        }
        for (int from = start; from <= size; from++) {
          assertThat(pruned.consistency(from, size)).isEqualTo(whole.consistency(from, size));
        }
      }
    }
  }

  @Test
  void nothingIsProvenAboutWhatWasPrunedOrNeverWas() {
    MerkleTree pruned = tree(5, 9);

    for (long index : new long[] {-1, 0, 4, 9}) {
      assertThatThrownBy(() -> pruned.inclusion(index, 9))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> pruned.consistency(4, 9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there are sizes from 5 to 9, not 4");
    assertThatThrownBy(() -> pruned.consistency(9, 8)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> pruned.root(10)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aProofSurvivesItsTextAndIsVerifiedAgainstThePinnedKeyOnly() throws Exception {
    TestLog log = TestLog.of(TestLog.key(1), 13);
    MerkleTree tree = log.tree();
    List<VerifierKey> keys = List.of(log.key.verifier());
    InclusionProof proof =
        new InclusionProof(log.envelopes.get(4), 4, tree.inclusion(4, 13), log.checkpoint(13));

    InclusionProof read = InclusionProof.parse(proof.text());

    assertThat(read).isEqualTo(proof);
    assertThat(read.verify(keys).size()).isEqualTo(13);
    assertThat(proof.text()).startsWith("c2sp.org/tlog-proof@v1\nextra ").contains("\nindex 4\n");
    assertThatThrownBy(() -> read.verify(List.of(TestLog.key(2).verifier())))
        .isInstanceOfSatisfying(
            NotVerifiedException.class, e -> assertThat(e.flaw()).isEqualTo(Flaw.WRONG_KEY));
    InclusionProof other =
        new InclusionProof(log.envelopes.get(5), 4, proof.siblings(), proof.checkpoint());
    assertThatThrownBy(() -> other.verify(keys)).hasMessage("the receipt is not the one at 4");
    InclusionProof elsewhere =
        new InclusionProof(log.envelopes.get(4), 4, tree.inclusion(5, 13), proof.checkpoint());
    assertThatThrownBy(() -> elsewhere.verify(keys))
        .hasMessage("the log of this checkpoint does not contain this receipt");
    for (String broken :
        List.of(
            "",
            proof.text().replace("\nindex 4\n", "\nindex 04\n"),
            proof.text().replace("\n\n", "\n"),
            proof.text().replaceFirst("extra .*\n", ""))) {
      assertThatThrownBy(() -> InclusionProof.parse(broken))
          .isInstanceOf(NotVerifiedException.class);
    }
  }

  @Test
  void aLogIsProvenToBeginWithTheCheckpointThatWasKept() throws Exception {
    TestLog log = TestLog.of(TestLog.key(1), 13);
    List<VerifierKey> keys = List.of(log.key.verifier());
    ConsistencyProof proof =
        new ConsistencyProof(6, log.tree().consistency(6, 13), log.checkpoint(13));

    ConsistencyProof read = ConsistencyProof.parse(proof.text());

    assertThat(read).isEqualTo(proof);
    assertThat(read.text()).startsWith("old 6\n");
    assertThat(read.verify(log.unsigned(6), keys).size()).isEqualTo(13);
    TestLog fork = TestLog.of(TestLog.key(1), 5);
    fork.append(TestLog.decided(99));
    assertThatThrownBy(() -> read.verify(fork.unsigned(6), keys))
        .isInstanceOfSatisfying(
            NotVerifiedException.class, e -> assertThat(e.flaw()).isEqualTo(Flaw.FORK));
    assertThatThrownBy(() -> read.verify(log.unsigned(7), keys))
        .hasMessage("the proof is for 6 receipts, the kept checkpoint for 7");
  }
}
