package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.operator.audit.Lifeline;
import ai.prismer.claw.operator.configuration.Companion;
import ai.prismer.claw.operator.runtime.ClawOperator;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells one story again and again: an operator dies after its n-th write, for every n, and another
 * one that comes after it brings the story to its end.
 */
final class EveryWrite {
  private static final Logger LOG = LoggerFactory.getLogger(EveryWrite.class);

  private final HealingBed bed;
  private final TestClock clock;
  private final List<Companion> companions;

  EveryWrite(HealingBed bed, TestClock clock) {
    this(bed, clock, List.of());
  }

  EveryWrite(HealingBed bed, TestClock clock, List<Companion> companions) {
    this.bed = bed;
    this.clock = clock;
    this.companions = companions;
  }

  /** What happens to one Claw. */
  interface Story {
    /** Makes the Claw, and brings it to where the story begins. */
    void prepare(String name, ClawOperator operator);

    /** Lets the story begin. */
    void begin(String name, BooleanSupplier died);

    /**
     * Whether the operator must see all of the beginning at once: nothing it asks for gets through
     * meanwhile.
     */
    default boolean beginsAtOnce() {
      return false;
    }

    /** Plays everybody but the operator, until the end or the operator's. */
    void play(String name, ClawOperator operator, BooleanSupplier died);

    /** Asserts that it ended as if nothing had happened. */
    void ended(String name);
  }

  /**
   * Tells it until an operator has enough writes for all of it.
   *
   * @param prefix of the names of the Claws
   * @param most more writes than the story can have
   * @return one more than its writes
   */
  int of(String prefix, int most, Story story) {
    Lifeline line = new Lifeline();
    ClawOperator operator = bed.operators.start(clock, companions, line);
    int writes = 0;
    boolean died = true;
    while (died) {
      assertThat(++writes).isLessThan(most);
      String name = prefix + "-" + writes;
      story.prepare(name, operator);
      line.cutAfterWrites(story.beginsAtOnce() ? 0 : writes);
      story.begin(name, line::isCut);
      if (story.beginsAtOnce()) {
        line.mend();
        line.cutAfterWrites(writes);
        operator.trigger().one(bed.namespace, name);
      }
      story.play(name, operator, line::isCut);
      died = line.isCut();
      List<String> trace = line.trace();
      LOG.info("{} write {}: {}", prefix, writes, trace.isEmpty() ? "" : trace.getLast());
      if (died) {
        bed.operators.stop(operator);
        line = new Lifeline();
        operator = bed.operators.start(clock, companions, line);
        story.play(name, operator, () -> false);
      }
      line.mend();
      story.ended(name);
    }
    bed.awaitVerifiedLog();
    return writes;
  }
}
