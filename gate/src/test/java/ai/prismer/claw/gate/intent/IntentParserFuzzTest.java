package ai.prismer.claw.gate.intent;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/**
 * Whatever stands in the annotation, reading it ends, never throws, says the same again, and what
 * comes out as an intent is written and read as that intent. In an ordinary build the recorded
 * inputs are tried; {@code make fuzz} looks for new ones.
 */
class IntentParserFuzzTest {
  /** Bytes of a note, in events.k8s.io/v1. */
  private static final int MAX_NOTE = 1024;

  @FuzzTest(maxDuration = "10m")
  void anyTextIsReadWithoutHarm(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);

    Parsed parsed = IntentParser.parse(text);

    check(parsed.equals(IntentParser.parse(text)), "another answer");
    check(parsed.digest().hex().length() == 64, "no digest");
    switch (parsed) {
      case Parsed.Malformed malformed -> {
        int bytes = malformed.reason().getBytes(StandardCharsets.UTF_8).length;
        check(bytes <= MAX_NOTE, "a reason that no Event holds");
        check(
            malformed.reason().chars().noneMatch(Character::isISOControl),
            "a reason that moves the cursor");
      }
      case Parsed.Valid(Intent intent) -> check(intent, text);
    }
  }

  private static void check(Intent intent, String text) {
    check(text.getBytes(StandardCharsets.UTF_8).length <= IntentParser.MAX_BYTES, "too long");
    check(intent.generation() > 0, "a generation that is none: " + intent.generation());
    byte[] canonical = intent.canonical();
    if (canonical.length <= IntentParser.MAX_BYTES) {
      // What the operator writes into the annotation is what it reads there.
      Parsed again = IntentParser.parse(new String(canonical, StandardCharsets.UTF_8));
      check(
          again.equals(new Parsed.Valid(intent)), "another intent after it was written: " + again);
      check(again.digest().equals(intent.digest()), "another digest after it was written");
    }
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}
