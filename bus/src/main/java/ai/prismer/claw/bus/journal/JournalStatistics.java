package ai.prismer.claw.bus.journal;

/**
 * Counts since the journal was opened, and what it holds now.
 *
 * @param commits batches written
 * @param forces syncs of any file
 * @param bytes written in commits
 * @param messages still owed
 * @param deadLetters kept
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
    int deadLetters,
    long deadLettersExpired,
    int usedSegments,
    int segments,
    DiskPressure pressure,
    boolean endedInOrder) {}
