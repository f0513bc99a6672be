package ai.prismer.claw.bus.journal;

import java.time.Duration;

/**
 * What a journal may use and for how long.
 *
 * @param durability when what was accepted is on the device
 * @param segmentBytes size of one file
 * @param batchBytes size of each of the two buffers, and so of the longest commit; at most 1 MiB
 * @param budgetBytes disk for messages; a little of it is held back for what ends them
 * @param deadLetterBytes disk for dead letters
 * @param deadLetterLimit dead letters kept; beyond, the oldest goes, and is counted
 * @param deadLetterAge how long a dead letter is kept
 */
public record JournalOptions(
    Durability durability,
    int segmentBytes,
    int batchBytes,
    long budgetBytes,
    long deadLetterBytes,
    int deadLetterLimit,
    Duration deadLetterAge) {

  private static final int MIB = 1024 * 1024;

  /** Refuses sizes that cannot work together. */
  public JournalOptions {
    if (batchBytes > SegmentScanner.MAX_BATCH_BYTES || batchBytes % 8 != 0) {
      throw new IllegalArgumentException("a batch of " + batchBytes + " bytes");
    }
    if (segmentBytes < 2 * batchBytes + SegmentHeader.AREA) {
      throw new IllegalArgumentException(
          "a segment of " + segmentBytes + " bytes does not hold two batches of " + batchBytes);
    }
    if (budgetBytes < 4L * segmentBytes || deadLetterBytes < 2L * segmentBytes) {
      throw new IllegalArgumentException(
          "less disk than 4 segments for messages and 2 for dead letters");
    }
  }

  /**
   * For a volume of this size: a fifth for dead letters, a twentieth left alone.
   *
   * @param volumeBytes at least 32 MiB
   */
  public static JournalOptions forVolume(Durability durability, long volumeBytes) {
    int segment = volumeBytes < 256L * MIB ? 2 * MIB : 16 * MIB;
    int batch = volumeBytes < 256L * MIB ? MIB / 2 : MIB;
    return new JournalOptions(
        durability,
        segment,
        batch,
        volumeBytes / 4 * 3,
        volumeBytes / 5,
        10_000,
        Duration.ofDays(7));
  }
}
