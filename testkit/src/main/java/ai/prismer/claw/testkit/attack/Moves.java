package ai.prismer.claw.testkit.attack;

import ai.prismer.claw.testkit.attack.Attack.Identity;
import ai.prismer.claw.testkit.attack.Attack.Twin;
import java.util.function.Function;

/** How attacks and their twins are put together. */
final class Moves {

  private Moves() {}

  static Function<Target, Call> self(Function<Target, String> patch) {
    return target -> Call.merge(target.self(), patch.apply(target));
  }

  static Twin manages(Function<Target, Call> call) {
    return new Twin(Identity.ADMINISTRATOR, target -> call.apply(target).dryRun());
  }

  static Twin operates(Function<Target, Call> call) {
    return new Twin(Identity.OPERATOR, target -> call.apply(target).dryRun());
  }

  static Function<Target, Call> managersIntent() {
    return self(t -> submission(t.at(t.now() + 7), "manager", t.administrator()));
  }

  static String submission(Target target, String authorClass, String by) {
    return Bodies.submit(Bodies.intent("restart-pod", "{}", target.now()), by, authorClass);
  }
}
