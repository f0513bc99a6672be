package ai.prismer.claw.cli.chat;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.cli.output.Screen;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TurnTest {
  private final StringWriter out = new StringWriter();
  private final Turn turn =
      new Turn("r1", new Screen(new PrintWriter(out), new PrintWriter(out)).streamed());

  @Test
  void nothingIsShownAfterTheEnd() {
    delta("half an");
    turn.end(new Ending.Late());
    delta(" answer");

    assertThat(out.toString().lines()).containsExactly("half an");
    assertThat(turn.await(Duration.ofSeconds(1))).isEqualTo(new Ending.Late());
  }

  private void delta(String text) {
    turn.chat(
        JsonNodeFactory.instance
            .objectNode()
            .put("runId", "r1")
            .put("state", "delta")
            .put("deltaText", text));
  }
}
