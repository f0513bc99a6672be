package ai.prismer.claw.bus.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * A journal on a disk that does its worst, seed by seed.
 *
 * <p>{@code -Dclaw.journal.seeds=10000} tries more seeds, {@code -Dclaw.journal.seed=N} only one.
 */
class JournalPropertyTest {
  /**
   * 1210: a message in parts, copied, whose original reached over a hole; it was forgotten at one
   * start and rose at the next.
   */
  private static final long[] ONCE_FAILED = {1210};

  private interface Scenario {
    void run(Random random) throws IOException;
  }

  @Test
  void whatWasAcceptedSurvivesCrashesPowerCutsAndFailingSyncs() {
    forEverySeed("whatWasAcceptedSurvivesCrashesPowerCutsAndFailingSyncs", this::survives);
  }

  @Test
  void aFlippedBitIsNeverReadAsAMessageAndNeverCostsOneThatWasKnownToBeDurable() {
    forEverySeed(
        "aFlippedBitIsNeverReadAsAMessageAndNeverCostsOneThatWasKnownToBeDurable",
        this::survivesFlippedBit);
  }

  @Test
  void whatWasNeverSyncedMayBeLostButStopsNoStartAndIsNeverReadAsSomethingElse() {
    forEverySeed(
        "whatWasNeverSyncedMayBeLostButStopsNoStartAndIsNeverReadAsSomethingElse",
        this::startsAgain);
  }

  private void startsAgain(Random random) throws IOException {
    SimulatedDisk disk = new SimulatedDisk(random, 30L * JournalModel.OPTIONS.segmentBytes());
    JournalModel model = new JournalModel(random, disk, JournalModel.with(new Durability.None()));
    model.buryNothing();
    for (int life = random.nextInt(3, 8); life > 0; life--) {
      try {
        model.openUnchecked();
        model.check(true, 0);
        if (random.nextInt(3) > 0) {
          disk.crashAfter(random.nextInt(400));
        }
        model.use(random.nextInt(800));
        if (random.nextBoolean()) {
          model.close();
        }
      } catch (SimulatedDisk.Crash crash) {
        // As planned.
      }
      if (random.nextInt(4) > 0) {
        disk.cutPower();
      } else {
        disk.killProcess();
      }
    }
    disk.killProcess();
    model.openUnchecked();
    model.check(true, 0);
  }

  private void survives(Random random) throws IOException {
    // Sometimes the disk is smaller than the budget.
    long capacity = (random.nextInt(3) == 0 ? 7 : 30) * (long) JournalModel.OPTIONS.segmentBytes();
    SimulatedDisk disk = new SimulatedDisk(random, capacity);
    JournalModel model = new JournalModel(random, disk, JournalModel.OPTIONS);
    boolean powerWasCut = false;
    for (int life = random.nextInt(2, 7); life > 0; life--) {
      boolean syncFailed = false;
      try {
        if (random.nextInt(3) == 0) {
          disk.crashAfter(random.nextInt(60));
        }
        model.open(powerWasCut);
        powerWasCut = false;
        if (random.nextInt(3) > 0) {
          disk.crashAfter(random.nextInt(400));
        } else if (random.nextInt(3) == 0) {
          disk.failSyncAfter(random.nextInt(1, 60));
        }
        model.use(random.nextInt(800));
        if (random.nextBoolean()) {
          model.close();
        }
      } catch (SimulatedDisk.Crash crash) {
        // As planned.
      } catch (CorruptJournalException wrong) {
        throw wrong;
      } catch (IOException failed) {
        assertThat(failed).hasMessage("Input/output error");
        // The cache shows what the device does not have, and it is the device that counts.
        syncFailed = true;
      }
      powerWasCut |= syncFailed;
      if (random.nextBoolean()) {
        disk.cutPower();
        powerWasCut = true;
      } else {
        disk.killProcess();
      }
    }
    disk.killProcess();
    model.open(powerWasCut);
  }

  private void survivesFlippedBit(Random random) throws IOException {
    SimulatedDisk disk = new SimulatedDisk(random, 30L * JournalModel.OPTIONS.segmentBytes());
    JournalModel model = new JournalModel(random, disk, JournalModel.OPTIONS);
    model.open(false);
    model.use(random.nextInt(50, 600));
    if (random.nextBoolean()) {
      model.close();
    }
    disk.cutPower();
    String where = disk.flipBit();
    try {
      model.openUnchecked();
    } catch (CorruptJournalException detected) {
      assertThat(detected).hasMessageContaining("is damaged at byte");
      return;
    }
    try {
      model.check(true, model.provenDurable());
    } catch (AssertionError wrong) {
      throw new AssertionError("after a flip in " + where, wrong);
    }
  }

  private void forEverySeed(String test, Scenario scenario) {
    Long only = Long.getLong("claw.journal.seed");
    int count = Integer.getInteger("claw.journal.seeds", 500);
    LongStream seeds =
        only == null
            ? LongStream.concat(LongStream.range(0, count), LongStream.of(ONCE_FAILED))
            : LongStream.of(only);
    seeds.forEach(seed -> {
      try {
        scenario.run(new Random(seed));
      } catch (Throwable failed) {
        throw new AssertionError(
            "seed %d failed; again: mvn -B -pl bus -am test -Dsurefire.failIfNoSpecifiedTests=false"
                    .formatted(seed)
                + " -Dtest=JournalPropertyTest#"
                + test
                + " -Dclaw.journal.seed="
                + seed,
            failed);
      }
    });
  }
}
