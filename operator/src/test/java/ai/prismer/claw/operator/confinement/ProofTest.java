package ai.prismer.claw.operator.confinement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ProofTest {
  private static final Reply CONFINED = new Reply.RefusedBy("k8s4claw-confinement");
  private static final Reply VOUCHED = new Reply.RefusedBy("k8s4claw-intent-author");

  @Test
  void onlyTwoRefusalsByTheRightPoliciesProve() {
    assertThat(Proof.of(CONFINED, VOUCHED)).isEqualTo(new Proof.Proven());
    assertThat(Proof.of(CONFINED, VOUCHED).condition().status()).isEqualTo("True");
  }

  static Stream<Arguments> whatProvesNothing() {
    return Stream.of(
        Arguments.of(new Reply.Accepted(), VOUCHED, "NotRefused"),
        Arguments.of(CONFINED, new Reply.Accepted(), "NotRefused"),
        Arguments.of(VOUCHED, CONFINED, "RefusedByAnother"),
        Arguments.of(CONFINED, CONFINED, "RefusedByAnother"),
        Arguments.of(new Reply.RefusedOtherwise(403, "no"), VOUCHED, "RefusedOtherwise"),
        Arguments.of(CONFINED, new Reply.RefusedOtherwise(422, "bad"), "RefusedOtherwise"),
        Arguments.of(new Reply.Absent(), VOUCHED, "NothingToProbe"),
        Arguments.of(CONFINED, new Reply.Unanswered("timeout"), "Unanswered"));
  }

  @ParameterizedTest
  @MethodSource("whatProvesNothing")
  void everythingElseIsUnprovenAndSaysWhatAnswered(Reply label, Reply intent, String reason) {
    Proof proof = Proof.of(label, intent);
    assertThat(proof)
        .isInstanceOfSatisfying(
            Proof.Unproven.class, unproven -> assertThat(unproven.reason()).isEqualTo(reason));
    assertThat(proof.condition().status()).isEqualTo("False");
    assertThat(proof.condition().type()).isEqualTo("ConfinementEnforced");
  }

  static Stream<Arguments> answers() {
    String policy = "ValidatingAdmissionPolicy 'p' with binding 'p' denied request: no";
    String foreign = "ValidatingAdmissionPolicy 'p' with binding 'loose' denied request: no";
    return Stream.of(
        Arguments.of(200, "{}", new Reply.Accepted()),
        Arguments.of(422, policy, new Reply.RefusedBy("p")),
        Arguments.of(403, policy, new Reply.RefusedOtherwise(403, policy)),
        Arguments.of(422, foreign, new Reply.RefusedOtherwise(422, foreign)),
        Arguments.of(422, "spec.x: Invalid", new Reply.RefusedOtherwise(422, "spec.x: Invalid")),
        Arguments.of(404, "gone", new Reply.Absent()),
        Arguments.of(401, "who", new Reply.Unanswered("HTTP 401: who")),
        Arguments.of(429, "slow", new Reply.Unanswered("HTTP 429: slow")),
        Arguments.of(503, policy, new Reply.Unanswered("HTTP 503: " + policy)));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void anAnswerCountsOnlyIfThePolicyItselfRefused(int code, String message, Reply expected) {
    assertThat(Reply.of(code, message)).isEqualTo(expected);
  }
}
