package ai.prismer.claw.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogLinesTest {
  @Test
  void linesComeWithoutTheirEndsAndTheLastNeedsNone() throws IOException {
    assertThat(lines("a\r\n\n\tb\nc")).containsExactly("a", "", "    b", "c");
  }

  @Test
  void aLineThatNeverEndsIsCutAndNothingOfItIsLost() throws IOException {
    String endless = "x".repeat(2 * LogLines.MAX_BYTES);

    assertThat(lines(endless + "\ny")).hasSize(3).last().isEqualTo("y");
    assertThat(String.join("", lines(endless))).isEqualTo(endless);
  }

  @Test
  void whatIsNoUtf8IsReplaced() throws IOException {
    List<String> seen = new ArrayList<>();
    LogLines.copy(new ByteArrayInputStream(new byte[] {'a', (byte) 0xff, '\n'}), seen::add);

    assertThat(seen).containsExactly("a\ufffd");
  }

  private static List<String> lines(String text) throws IOException {
    List<String> seen = new ArrayList<>();
    LogLines.copy(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), seen::add);
    return seen;
  }
}
