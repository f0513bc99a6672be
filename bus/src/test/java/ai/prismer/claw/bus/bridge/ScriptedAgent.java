package ai.prismer.claw.bus.bridge;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** What an agent does with a turn, whatever protocol the turn came by; and what it was asked. */
final class ScriptedAgent {
  /** How a turn is heard of before its end. */
  interface Voice {
    void say(String piece) throws Exception;

    void tool(String name) throws Exception;

    /** Returns whether it is allowed. */
    default boolean mayI(String what) throws Exception {
      throw new UnsupportedOperationException(what);
    }
  }

  /** What becomes of a turn: its answer, or what is thrown. */
  interface Act {
    String perform(String question, Voice voice) throws Exception;
  }

  /** An error of the agent's own, which it tells. */
  static final class Failure extends Exception {
    private static final long serialVersionUID = 1;

    Failure(String reason) {
      super(reason);
    }
  }

  record Turn(String session, String question) {}

  /** Turns that had an effect, in order. */
  final List<Turn> turns = new CopyOnWriteArrayList<>();

  /** Questions whose turns were ended from outside. */
  final List<String> ended = new CopyOnWriteArrayList<>();

  private volatile Act act =
      (_, voice) -> {
        voice.say("Good day");
        voice.say(" to you.");
        return "Good day to you.";
      };

  void does(Act next) {
    act = next;
  }

  /** From now on every turn waits, and is answered with {@code text}, until the latch is open. */
  CountDownLatch holds(String text) {
    CountDownLatch release = new CountDownLatch(1);
    act =
        (_, _) -> {
          release.await();
          return text;
        };
    return release;
  }

  String run(String session, String question, Voice voice) throws Exception {
    turns.add(new Turn(session, question));
    try {
      return act.perform(question, voice);
    } catch (InterruptedException end) {
      ended.add(question);
      throw end;
    }
  }
}
