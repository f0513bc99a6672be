package ai.prismer.claw.bus.journal;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.zip.CRC32C;

/**
 * Whatever the device holds after a start: reading it ends, and either says that the journal is
 * damaged, and where, or gives messages, the same ones at every start. In an ordinary build the
 * recorded inputs are tried; {@code make fuzz} looks for new ones.
 */
class JournalRecoveryFuzzTest {
  private static final List<String> CHANNELS = List.of("slack", "webhook");

  @FuzzTest(maxDuration = "10m")
  void anyDeviceIsReadOrRefusedAndReadTheSameAgain(byte[] input) throws Exception {
    if (input.length < 1) {
      return;
    }
    SimulatedDisk disk = disk();
    patch(disk, ByteBuffer.wrap(input, 1, input.length - 1));
    if ((input[0] & 1) != 0) {
      // So that what lies behind the check of the CRC is tried as well.
      disk.names("").forEach(name -> seal(ByteBuffer.wrap(disk.device(name))));
    }
    disk.dropCache();
    List<String> found;
    try {
      found = read(disk);
    } catch (CorruptJournalException damaged) {
      check(damaged.getMessage() != null && damaged.getMessage().contains("byte"), "no place");
      return;
    }
    check(found.equals(read(disk)), "another answer");
  }

  /** A journal with messages of all fates, made the same way every time. */
  private static SimulatedDisk disk() throws IOException {
    Random random = new Random(1);
    SimulatedDisk disk = new SimulatedDisk(random, 1 << 24);
    JournalModel model = new JournalModel(random, disk, JournalModel.OPTIONS);
    model.openUnchecked();
    model.use(60);
    disk.killProcess();
    return disk;
  }

  /** The input is a list of places and what is to stand there: file, place, length, bytes. */
  private static void patch(SimulatedDisk disk, ByteBuffer input) {
    List<String> names = disk.names("");
    while (input.remaining() > 4) {
      byte[] device = disk.device(names.get((input.get() & 0xFF) % names.size()));
      int at = Short.toUnsignedInt(input.getShort());
      int length = Math.min(input.get() & 0x3F, input.remaining());
      if (at + length <= device.length) {
        input.get(device, at, length);
      } else {
        input.position(input.position() + length);
      }
    }
  }

  /** Makes the CRCs right, as far as records follow each other. */
  private static void seal(ByteBuffer device) {
    if (device.capacity() <= SegmentHeader.AREA) {
      return;
    }
    SegmentHeader first = SegmentHeader.decode(device.slice(0, SegmentHeader.SLOT));
    SegmentHeader second =
        SegmentHeader.decode(device.slice(SegmentHeader.SLOT, SegmentHeader.SLOT));
    SegmentHeader header =
        first == null || (second != null && second.sequence() > first.sequence()) ? second : first;
    if (header == null) {
      return;
    }
    CRC32C crc = new CRC32C();
    int rolling = header.epoch();
    int at = SegmentHeader.AREA;
    while (at + RecordFormat.HEADER <= device.capacity()) {
      int length = RecordFormat.length(device, at);
      if (length < 0 || length > device.capacity() - at - RecordFormat.HEADER - 8) {
        return;
      }
      boolean end = RecordFormat.type(device, at) == RecordType.BATCH;
      if (end && length == RecordFormat.BATCH_PAYLOAD) {
        device.putInt(at + RecordFormat.HEADER + 8, rolling);
      }
      RecordFormat.seal(device, at, header.epoch(), crc);
      if (!end) {
        rolling = Batch.roll(rolling, RecordFormat.crc(device, at));
      }
      at += RecordFormat.size(length);
    }
  }

  private static List<String> read(SimulatedDisk disk) throws IOException, InterruptedException {
    Journal journal =
        Journal.open(disk, JournalModel.OPTIONS, CHANNELS, () -> Instant.EPOCH, new Random(2));
    List<String> found = new ArrayList<>();
    for (int channel = 0; channel < CHANNELS.size(); channel++) {
      for (boolean outbound : new boolean[] {false, true}) {
        CompletableFuture<List<Part>> asked =
            journal.next(new Lane(channel, outbound), 0, 1000, 1 << 20);
        boolean _ = journal.turn();
        try {
          asked.get().forEach(part -> found.add(part.origin() + " " + part.content().hashCode()));
        } catch (ExecutionException failed) {
          throw new IOException(failed.getCause());
        }
      }
    }
    disk.killProcess();
    return found;
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}
