package ai.prismer.claw.gate.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class CheckpointTest {
  private final SigningKey key = TestLog.key(1);
  private final TestLog log = TestLog.of(key, 3);
  private final String note = log.checkpoint(3);

  @Test
  void aCheckpointIsOpenedWithTheKeyThatSignedIt() throws NotVerifiedException {
    assertThat(Checkpoint.open(note, List.of(TestLog.key(2).verifier(), key.verifier())))
        .isEqualTo(log.unsigned(3));
    assertThat(Checkpoint.parse(note)).isEqualTo(log.unsigned(3));
    assertThat(note).startsWith(TestLog.ORIGIN + "\n3\n").contains("\n\n— " + TestLog.ORIGIN + " ");
  }

  @Test
  void aSecondSignatureAndAnExtensionLineDoNotDisturb() throws NotVerifiedException {
    String other = log.unsigned(3).sign(TestLog.key(2));
    String both = note + other.substring(other.indexOf("\n\n") + 2);

    assertThat(Checkpoint.open(both, List.of(key.verifier()))).isEqualTo(log.unsigned(3));
    assertThat(Checkpoint.open(both, List.of(TestLog.key(2).verifier())))
        .isEqualTo(log.unsigned(3));
    assertThat(Checkpoint.parse(note.replace("\n\n", "\nextension\n\n")))
        .isEqualTo(log.unsigned(3));
  }

  @Test
  void aCheckpointOfAnotherKeyIsRefusedAsThat() {
    assertRefused(note, Flaw.WRONG_KEY, TestLog.key(2));
  }

  @Test
  void anEmptyRowOfSignaturesIsNoSignature() {
    assertRefused(note.substring(0, note.indexOf("\n\n") + 2), Flaw.WRONG_KEY, key);
  }

  @Test
  void aChangedCheckpointIsRefusedAsThat() {
    assertRefused(note.replace("\n3\n", "\n2\n"), Flaw.BAD_SIGNATURE, key);
    assertRefused(note.replace("\n\n", "\nextension\n\n"), Flaw.BAD_SIGNATURE, key);
  }

  @Test
  void whatIsNoSignedNoteIsRefusedAsMalformed() {
    for (String wrong :
        List.of(
            "",
            "\n",
            "x",
            note.strip(),
            note.replace("\n3\n", "\n03\n"),
            note.replace("\n3\n", "\n-3\n"),
            note.replace("\n3\n", "\n99999999999999999\n"),
            note.replace("\n3\n", "\n"),
            note.replace(TestLog.ORIGIN, "two words"),
            note.replace("— ", "- "),
            note.replace("\n\n", "\r\n\r\n"),
            note.replace("\n3\n", "\n3\u0000\n"),
            note.replaceFirst("\n3\n.", "\n3\n?"))) {
      assertRefused(wrong, Flaw.MALFORMED, key);
    }
    assertRefused(note + "x".repeat(9000), Flaw.OVERSIZED, key);
  }

  private static void assertRefused(String note, Flaw flaw, SigningKey key) {
    assertThatThrownBy(() -> Checkpoint.open(note, List.of(key.verifier())))
        .as(note)
        .isInstanceOfSatisfying(
            NotVerifiedException.class, e -> assertThat(e.flaw()).isEqualTo(flaw));
  }
}
