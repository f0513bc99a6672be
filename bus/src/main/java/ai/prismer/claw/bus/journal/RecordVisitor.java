package ai.prismer.claw.bus.journal;

import java.nio.ByteBuffer;

/** Told of every record of a batch that is whole, in the order of the log. */
interface RecordVisitor {
  /**
   * @param bytes holds the record at index {@code at}; valid only during the call
   */
  void record(Segment segment, ByteBuffer bytes, int at, RecordType type);
}
