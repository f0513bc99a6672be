package ai.prismer.claw.gate.rule;

import ai.prismer.claw.gate.rule.RuleBookReader.Problem;
import ai.prismer.claw.gate.rule.RuleBookReader.Reading;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Whatever stands in the ConfigMap, reading it ends, never throws, stays within its bounds, and
 * gives the same again. In an ordinary build the recorded inputs are tried; {@code make fuzz} looks
 * for new ones.
 */
class RuleBookReaderFuzzTest {
  @FuzzTest(maxDuration = "3m")
  void anyTextIsReadWithoutHarm(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    Map<String, String> data = Map.of("rules", text, "signals", text);

    Reading reading = RuleBookReader.read(data, RuleBook.DEFAULT);

    check(reading.book().rules().size() <= RuleBookReader.MAX_RULES, "more rules than fit");
    for (Problem problem : reading.problems()) {
      check(problem.toString().length() < 1024, "a problem that no Event holds: " + problem);
      check(
          problem.toString().chars().noneMatch(Character::isISOControl),
          "a problem that moves the cursor");
    }
    check(reading.equals(RuleBookReader.read(data, RuleBook.DEFAULT)), "another answer");
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}
