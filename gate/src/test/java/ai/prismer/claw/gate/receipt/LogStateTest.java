package ai.prismer.claw.gate.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.prismer.claw.gate.canonical.Digest;
import ai.prismer.claw.gate.decision.Worlds;
import ai.prismer.claw.gate.receipt.Verification.Refused;
import ai.prismer.claw.gate.receipt.Verification.Verified;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Receipts about the log itself: what they let through, and what they do not. */
class LogStateTest {
  private static final SigningKey OLD = TestLog.key(1);
  private static final SigningKey NEW = TestLog.key(2);

  private final TestLog log = TestLog.of(OLD, 3);

  private static LogEntry rotation() {
    return new LogEntry.Rotation(OLD.verifier(), NEW.verifier(), "alice");
  }

  private Verification verify(SigningKey pinned, SigningKey head) {
    return verify(pinned, export(head));
  }

  private String export(SigningKey head) {
    return TestLog.export(log.unsigned(log.envelopes.size()).sign(head), log.envelopes);
  }

  private static Verification verify(SigningKey pinned, String export) {
    return verify(pinned, export, Optional.empty());
  }

  private static Verification verify(SigningKey pinned, String export, Optional<Checkpoint> kept) {
    return TestLog.verify(
        export.getBytes(StandardCharsets.UTF_8),
        new Expectation(List.of(pinned.verifier()), kept, 0));
  }

  private static void refused(Verification verification, Flaw flaw) {
    assertThat(verification)
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.flaw()).isEqualTo(flaw));
  }

  private static void refused(Verification verification, long index, Flaw flaw) {
    assertThat(verification)
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> {
              assertThat(refused.index()).as(refused.reason()).hasValue(index);
              assertThat(refused.flaw()).as(refused.reason()).isEqualTo(flaw);
            });
  }

  @Test
  void whoHasPinnedTheOldKeyFollowsTheRotation() {
    log.append(rotation(), OLD, NEW);
    log.append(TestLog.decided(5), NEW);

    assertThat(verify(OLD, NEW))
        .isInstanceOfSatisfying(
            Verified.class,
            verified -> {
              assertThat(verified.keys()).containsExactly(OLD.verifier(), NEW.verifier());
              assertThat(verified.checkpoint().size()).isEqualTo(5);
            });
  }

  @Test
  void theOldKeySignsNothingBehindTheRotation() {
    log.append(rotation(), OLD, NEW);
    log.append(TestLog.decided(5), OLD);

    assertThat(verify(OLD, NEW))
        .isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.index()).hasValue(4));
    assertThat(verify(OLD, export(OLD))).isInstanceOf(Refused.class);
  }

  @Test
  void aCheckpointOfTheOldKeyDoesNotCoverTheRotation() {
    log.append(rotation(), OLD, NEW);

    refused(verify(OLD, OLD), Flaw.WRONG_KEY);
  }

  @Test
  void aRotationWithoutBothSignaturesIsNone() {
    for (List<SigningKey> signers : List.of(List.of(OLD), List.of(NEW), List.<SigningKey>of())) {
      TestLog forged = TestLog.of(OLD, 3);
      forged.append(rotation(), signers.toArray(SigningKey[]::new));
      String export = TestLog.export(forged.unsigned(4).sign(NEW), forged.envelopes);
      assertThat(verify(OLD, export))
          .isInstanceOfSatisfying(
              Refused.class, refused -> assertThat(refused.index()).hasValue(3));
    }
  }

  @Test
  void aKeyThatIsNotTheCurrentOneCannotBeReplaced() {
    log.append(
        new LogEntry.Rotation(TestLog.key(9).verifier(), NEW.verifier(), "mallory"), OLD, NEW);

    refused(verify(OLD, NEW), 3, Flaw.BAD_SIGNATURE);
  }

  @Test
  void anUnsignedReceiptPassesOnceALaterOneVouchesForIt() {
    log.appendUnsigned(TestLog.decided(3));
    log.appendUnsigned(TestLog.decided(4));
    refused(verify(OLD, OLD), 3, Flaw.UNSIGNED);

    log.append(new LogEntry.Voucher(log.unsignedOnes(3, 4)), OLD);

    assertThat(verify(OLD, OLD)).isInstanceOf(Verified.class);
  }

  @Test
  void aVoucherThatLeavesOneOutLeavesItUnsigned() {
    log.appendUnsigned(TestLog.decided(3));
    log.appendUnsigned(TestLog.decided(4));
    log.append(new LogEntry.Voucher(log.unsignedOnes(3)), OLD);

    refused(verify(OLD, OLD), 4, Flaw.UNSIGNED);
  }

  @Test
  void aVoucherForAnotherDigestOrASignedReceiptIsNone() {
    TestLog other = TestLog.of(OLD, 3);
    other.appendUnsigned(TestLog.decided(3));
    other.append(
        new LogEntry.Voucher(List.of(new LogEntry.Unsigned(3, Digest.of(new byte[1])))), OLD);
    refused(
        verify(OLD, TestLog.export(other.unsigned(5).sign(OLD), other.envelopes)),
        4,
        Flaw.MALFORMED);

    log.append(new LogEntry.Voucher(log.unsignedOnes(2)), OLD);
    refused(verify(OLD, OLD), 3, Flaw.MALFORMED);
  }

  @Test
  void anUnsignedVoucherVouchesForNothing() {
    log.appendUnsigned(TestLog.decided(3));
    log.append(new LogEntry.Voucher(log.unsignedOnes(3)));

    refused(verify(OLD, OLD), 4, Flaw.UNSIGNED);
  }

  @Test
  void aLogThatAPersonHadPrunedVerifiesFromItsMark() {
    log.append(new LogEntry.Pruning(log.frontiers.get(2), "alice"), OLD);
    log.append(TestLog.decided(4), OLD);

    assertThat(verify(OLD, pruned(2, List.of())))
        .isInstanceOfSatisfying(
            Verified.class, verified -> assertThat(verified.first()).isEqualTo(2));
    assertThat(verify(OLD, export(OLD))).as("the whole log").isInstanceOf(Verified.class);
  }

  @Test
  void aHoleIsNotMadeGoodByAMarkThatLiesElsewhere() {
    refused(verify(OLD, pruned(2, List.of())), 0, Flaw.MISSING);

    log.append(new LogEntry.Pruning(log.frontiers.get(1), "alice"), OLD);

    refused(verify(OLD, pruned(2, List.of())), 0, Flaw.MISSING);
    List<String> lines = new ArrayList<>(pruned(1, List.of()).lines().toList());
    lines.remove(2);
    refused(verify(OLD, String.join("\n", lines) + "\n"), 2, Flaw.MISSING);
  }

  @Test
  void aFrontierThatIsNotThePrunedReceiptsOwnIsRefused() throws Exception {
    TestLog other = TestLog.of(OLD, 1);
    other.append(TestLog.decided(77));
    log.append(new LogEntry.Pruning(log.frontiers.get(2), "alice"), OLD);
    Frontier forged = new Frontier(2, other.frontiers.get(2).peaks(), log.frontiers.get(2).last());
    String header = ExportHeader.of(log.checkpoint(4), forged, List.of()).json();
    String genuine = pruned(2, List.of());

    assertThat(verify(OLD, header + genuine.substring(genuine.indexOf('\n'))))
        .isInstanceOf(Refused.class);
  }

  @Test
  void aRotationBelowTheMarkIsFollowedFromTheHeader() {
    log.append(rotation(), OLD, NEW);
    log.append(TestLog.decided(4), NEW);
    log.append(new LogEntry.Pruning(log.frontiers.get(5), "alice"), NEW);

    String export = pruned(5, List.of(log.envelopes.get(3)));

    assertThat(verify(OLD, export)).isInstanceOf(Verified.class);
    assertThat(verify(NEW, pruned(5, List.of()))).isInstanceOf(Verified.class);
    assertThat(verify(OLD, pruned(5, List.of()))).isInstanceOf(Refused.class);
    assertThat(verify(TestLog.key(7), export)).isInstanceOf(Refused.class);
  }

  @Test
  void aCheckpointFromBeforeTheMarkCannotBeComparedAndThatIsSaid() {
    log.append(new LogEntry.Pruning(log.frontiers.get(2), "alice"), OLD);
    String export = pruned(2, List.of());

    assertThat(verify(OLD, export, Optional.of(log.unsigned(2)))).isInstanceOf(Verified.class);
    assertThat(verify(OLD, export, Optional.of(log.unsigned(1))))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.reason()).contains("pruned up to 1"));
  }

  @Test
  void aMarkBeyondTheReceiptThatSetsItIsNone() {
    TestLog longer = TestLog.of(OLD, 9);
    log.append(new LogEntry.Pruning(longer.frontiers.get(9), "alice"), OLD);

    refused(verify(OLD, OLD), 3, Flaw.MALFORMED);
  }

  @Test
  void anEntryAboutTheLogBelongsToThatLogOnly() {
    TestLog other = TestLog.of(OLD, 4);
    Draft draft = Draft.ofLog(TestLog.ORIGIN, rotation(), Worlds.NOW);
    Draft.Placed elsewhere = draft.place(other.head(), List.of(OLD, NEW));

    assertThatThrownBy(
            () -> new LogState(log.head(), List.of(OLD.verifier())).follow(elsewhere.envelope()))
        .isInstanceOf(NotVerifiedException.class);
  }

  @Test
  void aFaultyReceiptLeavesTheStateAsItWas() {
    LogState state = new LogState(log.head(), List.of(OLD.verifier()));
    String voucher =
        Draft.ofLog(TestLog.ORIGIN, new LogEntry.Voucher(log.unsignedOnes(2)), Worlds.NOW)
            .place(log.head(), OLD)
            .envelope();

    assertThatThrownBy(() -> state.follow(voucher)).isInstanceOf(NotVerifiedException.class);

    assertThat(state.size()).isEqualTo(3);
    assertThat(state.keys()).containsExactly(OLD.verifier());
  }

  private String pruned(int start, List<String> rotations) {
    int size = log.envelopes.size();
    SigningKey head = log.isSignedBy(size - 1, NEW) ? NEW : OLD;
    try {
      return ExportHeader.of(log.unsigned(size).sign(head), log.frontiers.get(start), rotations)
              .json()
          + "\n"
          + String.join("\n", log.envelopes.subList(start, size))
          + "\n";
    } catch (NotVerifiedException e) {
      throw new AssertionError(e);
    }
  }
}
