package ai.prismer.claw.testkit.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AnswerTest {

  static Stream<Arguments> answers() {
    String denied = "ValidatingAdmissionPolicy 'p' with binding 'p' denied request: ";
    return Stream.of(
        Arguments.of(200, "{}", new Guard.Nobody()),
        Arguments.of(403, "User \"a\" cannot patch resource \"claws\"", new Guard.Rbac()),
        Arguments.of(403, "something else", new Guard.Unexpected(403)),
        Arguments.of(422, denied + "no", new Guard.Policy("p")),
        Arguments.of(403, "secrets \"s\" is forbidden: " + denied + "no", new Guard.Policy("p")),
        Arguments.of(
            422,
            denied + "expression 'x' resulted in error: no such key",
            new Guard.Unexpected(422)),
        Arguments.of(
            422,
            "ValidatingAdmissionPolicy 'p' with binding 'q' denied request: no",
            new Guard.Unexpected(422)),
        Arguments.of(422, "spec.x: Invalid value", new Guard.Validation()),
        Arguments.of(404, "not found", new Guard.Unexpected(404)),
        Arguments.of(500, "oh", new Guard.Unexpected(500)));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void theGuardIsReadFromTheServersOwnWords(int code, String message, Guard guard) {
    assertThat(new Answer(code, message).guard()).isEqualTo(guard);
  }

  @Test
  void onlyThePolicysOwnMessageIsShownAndOnOneLine() {
    Answer answer =
        Answer.of(
            422,
            "{\"message\":\"a is invalid: ValidatingAdmissionPolicy 'p' with binding 'p' denied"
                + " request: no\\nway\\u001b[0m\"}");
    assertThat(answer.words()).isEqualTo("no way [0m");
  }

  @Test
  void ofARefusalByRbacTheVerdictIsShown() {
    Answer answer =
        new Answer(403, "claws \"a\" is forbidden: User \"system:x\" cannot patch resource");
    assertThat(answer.words()).isEqualTo("cannot patch resource");
  }

  @Test
  void aSceneNamesWhatIsDifferent() {
    Scene before =
        new Scene(Map.of("spec", "{}", "status", "{\"a\":[{\"b\":1},{\"b\":2}]}", "Role x", "1"));
    Scene after =
        new Scene(Map.of("spec", "{}", "status", "{\"a\":[{\"b\":1},{\"b\":3}]}", "Role y", "1"));
    assertThat(before.changedTo(after))
        .containsExactlyInAnyOrder("status/a/1/b 2 to 3", "Role y", "Role x");
    assertThat(before.changedTo(before)).isEmpty();
  }
}
