package ai.prismer.claw.gate.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.prismer.claw.gate.canonical.CanonicalJson;
import ai.prismer.claw.gate.decision.Worlds;
import ai.prismer.claw.gate.receipt.Verification.Refused;
import ai.prismer.claw.gate.receipt.Verification.Verified;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way to falsify a log that we know of, and that the first bad receipt is named. */
class ReceiptVerifierTest {
  private static final SigningKey KEY = TestLog.key(1);
  private static final SigningKey OTHER = TestLog.key(2);
  private static final int SIZE = 9;

  private final TestLog log = TestLog.of(KEY, SIZE);
  private final List<String> envelopes = new ArrayList<>(log.envelopes);

  @Test
  void anIntactLogIsVerified() {
    assertThat(log.verify(log.export())).isEqualTo(new Verified(log.unsigned(SIZE), 6, 3, 0));
    assertThat(log.verify(log.export(), Optional.of(log.unsigned(4)), SIZE))
        .isInstanceOf(Verified.class);
    assertThat(log.verify(log.export(), Optional.of(log.unsigned(0)), 0))
        .isInstanceOf(Verified.class);
  }

  @Test
  void anEmptyLogIsVerified() {
    TestLog empty = TestLog.of(KEY, 0);

    assertThat(empty.verify(empty.export())).isEqualTo(new Verified(empty.unsigned(0), 0, 0, 0));
  }

  @Test
  void withoutAPinnedKeyNothingIsVerified() {
    assertThatThrownBy(() -> new Expectation(List.of(), Optional.empty(), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("pinned key");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, SIZE - 1})
  void aReceiptThatWasChangedIsNamed(int index) {
    envelopes.set(index, tamper(envelopes.get(index)));

    assertRefused(export(), index, Flaw.TAMPERED, "changed after it was signed");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4, SIZE - 1})
  void aReceiptWithAForeignSignatureIsNamed(int index) {
    envelopes.set(index, resign(envelopes.get(index), OTHER));

    assertRefused(export(), index, Flaw.BAD_SIGNATURE, "not made by a pinned key");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4, SIZE - 1})
  void aReceiptWithoutSignatureIsNamed(int index) {
    envelopes.set(
        index, envelopes.get(index).replaceFirst("\"signatures\":\\[.*]", "\"signatures\":[]"));

    assertRefused(export(), index, Flaw.UNSIGNED, "no signature");
  }

  @Test
  void aWholeLogSignedAgainByAnotherKeyIsRefusedAtItsFirstReceipt() {
    TestLog again = TestLog.of(OTHER, SIZE);

    assertRefused(again.export(), 0, Flaw.WRONG_KEY, "no pinned key");
  }

  @Test
  void anEmptyLogSignedByAnotherKeyIsRefused() {
    assertThat(log.verify(TestLog.of(OTHER, 0).export()))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.flaw()).isEqualTo(Flaw.WRONG_KEY));
  }

  @Test
  void aLogSignedAgainButWithTheOldCheckpointIsRefusedAtItsFirstReceipt() {
    TestLog again = TestLog.of(OTHER, SIZE);

    assertRefused(
        TestLog.export(log.checkpoint(SIZE), again.envelopes), 0, Flaw.BAD_SIGNATURE, "pinned key");
  }

  @Test
  void aCheckpointOfAnotherKeyOverGenuineReceiptsIsRefused() {
    String export = TestLog.export(TestLog.of(OTHER, SIZE).checkpoint(SIZE), envelopes);

    assertRefused(export, -1, Flaw.WRONG_KEY, "checkpoint");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, SIZE - 2})
  void twoReceiptsThatChangedPlacesAreNamedByTheFirst(int index) {
    Collections.swap(envelopes, index, index + 1);

    assertRefused(export(), index, Flaw.REORDERED, "it comes later");
  }

  @Test
  void aReceiptThatStandsThereTwiceIsNamed() {
    envelopes.add(5, envelopes.get(4));

    assertRefused(export(), 5, Flaw.REORDERED, "a second time or too late");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, SIZE - 2})
  void aReceiptThatIsMissingIsNamed(int index) {
    envelopes.remove(index);

    assertRefused(export(), index, Flaw.MISSING, "it is missing");
  }

  @Test
  void aTailThatWasCutOffIsNamedByItsFirstReceipt() {
    envelopes.subList(6, SIZE).clear();

    assertRefused(export(), 6, Flaw.TRUNCATED, "the checkpoint covers 9 receipts");
  }

  @Test
  void aTailCutBackToAnOlderValidCheckpointIsRefusedByAKeptCheckpointOrSize() {
    String cut = TestLog.export(log.checkpoint(6), envelopes.subList(0, 6));

    assertThat(log.verify(cut)).isInstanceOf(Verified.class);
    assertThat(log.verify(cut, Optional.of(log.unsigned(SIZE)), 0))
        .isEqualTo(
            new Refused(
                OptionalLong.of(6),
                Flaw.TRUNCATED,
                "it is missing: the log is known to have at least 9 receipts"));
    assertThat(log.verify(cut, Optional.empty(), 7))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.flaw()).isEqualTo(Flaw.TRUNCATED));
  }

  @Test
  void aReceiptBeyondTheCheckpointIsNamed() {
    assertRefused(
        TestLog.export(log.checkpoint(6), envelopes), 6, Flaw.UNCOVERED, "covers only 6 receipts");
  }

  @Test
  void aSecondHistoryBySameKeyIsRefusedByAKeptCheckpoint() {
    TestLog fork = TestLog.of(KEY, 5);
    fork.append(TestLog.decided(33));
    fork.append(TestLog.decided(36));

    assertThat(log.verify(fork.export())).isInstanceOf(Verified.class);
    assertThat(log.verify(fork.export(), Optional.of(log.unsigned(7)), 0))
        .isEqualTo(
            new Refused(
                OptionalLong.empty(),
                Flaw.FORK,
                "the first 7 receipts are not the ones that the expected checkpoint was made for"));
    assertThat(log.verify(fork.export(), Optional.of(log.unsigned(5)), 0))
        .isInstanceOf(Verified.class);
  }

  @Test
  void twoDifferentReceiptsForOnePlaceAreAFork() {
    TestLog fork = TestLog.of(KEY, 4);
    fork.append(TestLog.decided(33));
    envelopes.add(5, fork.envelopes.get(4));

    assertRefused(export(), 5, Flaw.FORK, "two different receipts with the index 4");
  }

  @Test
  void aReceiptOfAnotherHistoryIsFoundByTheNextOne() {
    TestLog fork = TestLog.of(KEY, 4);
    fork.append(TestLog.decided(33));
    envelopes.set(4, fork.envelopes.get(4));

    assertRefused(export(), 5, Flaw.PREVIOUS_MISMATCH, "does not follow the receipt 4");
  }

  @Test
  void aLastReceiptOfAnotherHistoryIsFoundByTheRoot() {
    TestLog fork = TestLog.of(KEY, SIZE - 1);
    fork.append(TestLog.decided(33));
    envelopes.set(SIZE - 1, fork.envelopes.get(SIZE - 1));

    assertRefused(export(), -1, Flaw.ROOT_MISMATCH, "not the ones the checkpoint was signed for");
  }

  @Test
  void aFirstReceiptThatNamesAPreviousOneIsRefused() {
    byte[] payload = edit(log.envelopes.get(1), predicate -> predicate.put("index", 0));
    TestLog forged = TestLog.of(KEY, 0);
    forged.envelopes.add(Envelope.sign(payload, KEY).json());
    forged.frontiers.add(Frontier.EMPTY.append(payload));

    assertThat(forged.verify(forged.export()))
        .isEqualTo(
            new Refused(
                OptionalLong.of(0),
                Flaw.PREVIOUS_MISMATCH,
                "the first receipt names one before it"));
  }

  @Test
  void aSignedReceiptWhosePolicyDoesNotFitItsDigestIsRefused() {
    byte[] payload =
        edit(
            log.envelopes.get(0),
            predicate -> ((ObjectNode) predicate.get("policy")).put("maxReplicas", 9));
    envelopes.set(0, Envelope.sign(payload, KEY).json());

    assertRefused(export(), 0, Flaw.MALFORMED, "recorded digest of the policy");
  }

  @Test
  void aSignedPayloadThatIsNotCanonicalIsRefused() {
    String payload =
        new String(payload(log.envelopes.get(0)), StandardCharsets.UTF_8)
            .replace("{\"_type", "{ \"_type");
    envelopes.set(0, Envelope.sign(payload.getBytes(StandardCharsets.UTF_8), KEY).json());

    assertRefused(export(), 0, Flaw.MALFORMED, "canonical form");
  }

  @Test
  void aSignedReceiptOfAKindOfALaterVersionCountsAsOne() {
    TestLog later = TestLog.of(KEY, 0);
    byte[] payload = edit(log.envelopes.get(0), predicate -> predicate.put("kind", "backlog"));
    later.envelopes.add(Envelope.sign(payload, KEY).json());
    later.frontiers.add(Frontier.EMPTY.append(payload));

    assertThat(later.verify(later.export())).isEqualTo(new Verified(later.unsigned(1), 0, 0, 0));
  }

  @Test
  void anOversizedLineIsRefusedWithoutFillingTheMemory() {
    String head = new ExportHeader(TestLog.ORIGIN, log.checkpoint(SIZE)).json() + "\n";
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'x';
          }

          @Override
          public int read(byte[] bytes, int offset, int length) {
            Arrays.fill(bytes, offset, offset + length, (byte) 'x');
            return length;
          }
        };
    InputStream start = new ByteArrayInputStream(head.getBytes(StandardCharsets.UTF_8));

    assertThat(verify(new SequenceInputStream(start, endless)))
        .isEqualTo(
            new Refused(OptionalLong.of(0), Flaw.OVERSIZED, "the line has more than 65536 bytes"));
  }

  @Test
  void anOversizedPayloadIsRefused() {
    byte[] payload =
        edit(log.envelopes.get(0), predicate -> predicate.put("reason", "x".repeat(40_000)));
    envelopes.set(0, Envelope.sign(payload, KEY).json());

    assertRefused(export(), 0, Flaw.OVERSIZED, "32768");
  }

  @Test
  void aCheckpointOfAnotherLogIsRefused() {
    Checkpoint other = new Checkpoint("another/log", 1, log.unsigned(1).root());

    assertThat(log.verify(log.export(), Optional.of(other), 0))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.flaw()).isEqualTo(Flaw.OTHER_LOG));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "{}",
        "not json",
        "{\"format\":\"k8s4claw-receipts/v2\",\"origin\":\"k8s4claw/test\",\"checkpoint\":\"x\"}",
        "{\"format\":\"k8s4claw-receipts/v1\",\"origin\":\"k8s4claw/test\"}",
        "{\"format\":\"k8s4claw-receipts/v1\",\"origin\":\"k8s4claw/test\",\"checkpoint\":\"x\"}",
      })
  void aFileThatIsNoExportIsRefused(String file) {
    assertRefused(file, -1, Flaw.MALFORMED, "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "x",
        "{\"payload\":\"?\",\"payloadType\":\"application/vnd.in-toto+json\",\"signatures\":[]}",
        "{\"payload\":\"e30=\",\"payloadType\":\"text/plain\",\"signatures\":[]}",
        "{\"payload\":\"e30=\",\"payloadType\":\"application/vnd.in-toto+json\"}",
        "{\"payload\":\"e30=\",\"payloadType\":\"application/vnd.in-toto+json\",\"signatures\":[{}]}",
        "{\"payload\":\"e30=\",\"payloadType\":\"application/vnd.in-toto+json\",\"signatures\":[1,2,3,4,5]}",
      })
  void aLineThatIsNoEnvelopeIsNamed(String line) {
    envelopes.set(3, line);

    assertRefused(export(), 3, Flaw.MALFORMED, "");
  }

  @Test
  void whatAForgerWritesNeverReachesAReasonUnescaped() {
    Checkpoint evil = new Checkpoint("a", 1, log.unsigned(1).root());
    String export =
        TestLog.export(evil.sign(OTHER), envelopes)
            .replace("\"origin\":\"", "\"origin\":\"\\u001b[2J");

    assertThat(log.verify(export))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.reason()).doesNotContain("\u001b"));
  }

  @Test
  void noChangeOfAnyByteIsAcceptedWithAnotherPayload() {
    byte[] export = log.export().getBytes(StandardCharsets.UTF_8);
    Expectation expectation = new Expectation(List.of(KEY.verifier()), Optional.empty(), 0);
    Random random = new Random(49);
    int refused = 0;
    for (int round = 0; round < 500; round++) {
      byte[] changed = mutate(random, export);
      Verification verification = TestLog.verify(changed, expectation);
      if (verification instanceof Verified verified) {
        assertThat(verified.checkpoint()).isEqualTo(log.unsigned(SIZE));
        assertThat(payloads(changed)).isEqualTo(payloads(export));
      } else {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(400);
  }

  private static byte[] mutate(Random random, byte[] export) {
    int at = random.nextInt(export.length);
    return switch (random.nextInt(3)) {
      case 0 -> Arrays.copyOf(export, at);
      case 1 -> {
        byte[] changed = export.clone();
        changed[at] ^= (byte) (1 << random.nextInt(8));
        yield changed;
      }
      default -> {
        int length = Math.min(1 + random.nextInt(2000), export.length - at);
        byte[] changed = new byte[export.length - length];
        System.arraycopy(export, 0, changed, 0, at);
        System.arraycopy(export, at + length, changed, at, changed.length - at);
        yield changed;
      }
    };
  }

  private static List<String> payloads(byte[] export) {
    return new String(export, StandardCharsets.UTF_8)
        .lines()
        .skip(1)
        .map(line -> new String(payload(line), StandardCharsets.UTF_8))
        .toList();
  }

  private String export() {
    return TestLog.export(log.checkpoint(SIZE), envelopes);
  }

  /** Changes the recorded time and leaves the rest, the signature included, as it is. */
  private static String tamper(String envelope) {
    byte[] payload =
        edit(
            envelope,
            predicate -> predicate.put("time", Worlds.NOW.plusSeconds(86_400).toString()));
    return envelope.replaceFirst(
        "\"payload\":\"[^\"]*\"",
        "\"payload\":\"" + Base64.getEncoder().encodeToString(payload) + '"');
  }

  private static String resign(String envelope, SigningKey key) {
    return Envelope.sign(payload(envelope), key).json();
  }

  private static byte[] payload(String envelope) {
    try {
      return Envelope.read(envelope.getBytes(StandardCharsets.UTF_8)).payload();
    } catch (NotVerifiedException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] edit(String envelope, Consumer<ObjectNode> change) {
    try {
      ObjectNode statement = CanonicalJson.read(payload(envelope));
      change.accept((ObjectNode) statement.get("predicate"));
      return CanonicalJson.write(statement);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Verification verify(InputStream export) {
    try {
      return ReceiptVerifier.verify(
          export, new Expectation(List.of(KEY.verifier()), Optional.empty(), 0));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** An index of −1 stands for none. */
  private void assertRefused(String export, int index, Flaw flaw, String reason) {
    assertThat(log.verify(export))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> {
              assertThat(refused.flaw()).as(refused.reason()).isEqualTo(flaw);
              assertThat(refused.index())
                  .isEqualTo(index < 0 ? OptionalLong.empty() : OptionalLong.of(index));
              assertThat(refused.reason()).contains(reason);
            });
  }
}
