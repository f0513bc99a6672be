package ai.prismer.claw.openclaw.turn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.openclaw.model.Prompt;
import ai.prismer.claw.openclaw.session.Entry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TranscriptTest {
  private static final Instant NOW = Instant.EPOCH;

  @Test
  void itBeginsWithTheUserAndFitsTheWindow() {
    List<Entry> entries =
        List.of(user("12345"), answer("12345"), user("12345"), answer("12345"), user("12345"));

    assertThat(lines(entries, 25)).hasSize(5);
    assertThat(lines(entries, 24)).containsExactly("USER 12345", "ASSISTANT 12345", "USER 12345");
    assertThat(lines(entries, 9)).containsExactly("USER 12345");
  }

  @Test
  void theQuestionIsAskedEvenIfItAloneIsLongerThanTheWindow() {
    assertThat(lines(List.of(user("old"), user("123456")), 3)).containsExactly("USER 123456");
  }

  @Test
  void whatIsNoMessageIsLeftOutAndAPartialAnswerIsKept() {
    List<Entry> entries =
        List.of(
            user("a"),
            new Entry.Failed("k", NOW, "unknown", "why"),
            user("b"),
            new Entry.Aborted("k", NOW, " "),
            user("c"),
            new Entry.Aborted("k", NOW, "half"),
            user("d"),
            new Entry.Resumed("k", NOW));

    assertThat(lines(entries, 100))
        .containsExactly("USER a", "USER b", "USER c", "ASSISTANT half", "USER d");
  }

  private static Entry user(String text) {
    return new Entry.User("k", NOW, text);
  }

  private static Entry answer(String text) {
    return new Entry.Assistant("k", NOW, text, "stop");
  }

  private static List<String> lines(List<Entry> entries, int window) {
    Prompt prompt = Transcript.prompt(Optional.empty(), entries, window);
    return prompt.messages().stream().map(m -> m.role() + " " + m.text()).toList();
  }
}
