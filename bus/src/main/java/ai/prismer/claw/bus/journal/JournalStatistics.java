package ai.prismer.claw.bus.journal;

import java.util.Map;

/**
 * Counts since the journal was opened, and what it holds now.
 *
 * @param commits batches written
 * @param forces syncs of any file
 * @param bytes written in commits
 * @param messages still owed
 * @param deadLettersByLane kept, of each lane that has any
 * @param deadLettersExpired given up for good, because there were too many or they were too old
 * @param usedSegments files that hold something
 * @param segments files
 * @param pressure how full the disk is
 * @param endedInOrder whether the process before this one said good-bye
 */
public record JournalStatistics(
    long commits,
    long forces,
    long bytes,
    int messages,
    Map<Lane, Integer> deadLettersByLane,
    long deadLettersExpired,
    int usedSegments,
    int segments,
    DiskPressure pressure,
    boolean endedInOrder) {

  /** Dead letters kept. */
  public int deadLetters() {
    return deadLettersByLane.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Dead letters kept of one lane. */
  public int deadLetters(Lane lane) {
    return deadLettersByLane.getOrDefault(lane, 0);
  }
}
