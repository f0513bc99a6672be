package ai.prismer.claw.cli.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.contract.Gateway;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageTest {
  @Test
  void wordsAreJoinedAndWhatIsPipedInIsOneMessage() {
    assertThat(Message.of(List.of("what", "is  this?"))).isEqualTo("what is  this?");
    assertThat(Message.read(in("  two\nlines \u00fc\n\n"))).isEqualTo("  two\nlines \u00fc");
  }

  @Test
  void theLongestMessageIsTakenAndOneMoreCharacterIsNot() {
    String longest = "\u20ac".repeat(Gateway.LONGEST_MESSAGE);

    assertThat(Message.read(in(longest))).isEqualTo(longest);
    assertThatThrownBy(() -> Message.read(in(longest + "x")))
        .isInstanceOf(CommandException.class)
        .hasMessage("the message has more than 131072 characters");
  }

  @Test
  void inputWithoutEndIsNotReadToItsEnd() {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'x';
          }
        };

    assertThatThrownBy(() -> Message.read(endless)).hasMessageContaining("more than 131072");
  }

  @Test
  void nothingIsNoMessage() {
    assertThatThrownBy(() -> Message.read(in(" \n")))
        .isInstanceOfSatisfying(
            CommandException.class, failed -> assertThat(failed.exitCode()).isEqualTo(2))
        .hasMessageStartingWith("there is no message");
  }

  @Test
  void inputThatBreaksIsSaidToHave() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("gone");
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            throw new IOException("gone");
          }
        };

    assertThatThrownBy(() -> Message.read(broken))
        .isInstanceOf(CommandException.class)
        .hasMessage("standard input cannot be read: gone");
  }

  private static InputStream in(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
