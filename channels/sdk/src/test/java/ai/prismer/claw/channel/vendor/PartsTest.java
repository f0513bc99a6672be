package ai.prismer.claw.channel.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PartsTest {
  @Test
  void aShortTextIsOnePart() {
    assertThat(Parts.of("hello", 10)).containsExactly("hello");
    assertThat(Parts.of("", 10)).containsExactly("");
  }

  @Test
  void aLongTextIsCutAtTheEndOfALineElseAtASpaceElseAnywhere() {
    assertThat(Parts.of("one two\nthree", 10)).containsExactly("one two", "three");
    assertThat(Parts.of("one two three", 10)).containsExactly("one two", "three");
    assertThat(Parts.of("abcdefghijkl", 10)).containsExactly("abcdefghij", "kl");
  }

  @Test
  void noCharacterIsCutInTwo() {
    List<String> parts = Parts.of("123456789\uD83D\uDE00!", 10);
    assertThat(parts).containsExactly("123456789", "\uD83D\uDE00!");
  }

  @Test
  void whatIsShownOfAnUnfinishedTextFitsIntoOneMessage() {
    assertThat(Parts.first("short", 10)).isEqualTo("short");
    assertThat(Parts.first("much longer than that", 10)).hasSizeLessThanOrEqualTo(10).endsWith("…");
  }
}
