package ai.prismer.claw.bus.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class RecordFormatTest {
  private static final int EPOCH = 77;
  private static final long LSN = 5;

  private final CRC32C crc = new CRC32C();
  private final ByteBuffer bytes = sealed(ByteBuffer.allocate(13));

  @Test
  void aRecordIsValidInItsOwnPlaceOnly() {
    assertThat(valid(LSN, EPOCH)).isTrue();
    assertThat(valid(LSN + 1, EPOCH)).as("another lsn").isFalse();
    assertThat(valid(LSN, EPOCH + 1)).as("a former life of the file").isFalse();
  }

  @Test
  void everyFlippedBitOfHeaderAndPayloadIsNoticed() {
    for (int bit = 0; bit < (RecordFormat.HEADER + RecordFormat.MESSAGE_PREFIX + 13) * 8; bit++) {
      byte sound = bytes.get(bit / 8);
      bytes.put(bit / 8, (byte) (sound ^ (1 << (bit % 8))));
      assertThat(valid(LSN, EPOCH)).as("bit " + bit).isFalse();
      bytes.put(bit / 8, sound);
    }
    assertThat(valid(LSN, EPOCH)).isTrue();
  }

  @Test
  void aRecordCutShortAnywhereIsNone() {
    int size = RecordFormat.size(bytes, 0);
    for (int available = 0; available < size; available++) {
      assertThat(RecordFormat.valid(bytes, 0, available, LSN, EPOCH, crc)).isFalse();
    }
  }

  private boolean valid(long lsn, int epoch) {
    return RecordFormat.valid(bytes, 0, bytes.position(), lsn, epoch, crc);
  }

  private ByteBuffer sealed(ByteBuffer content) {
    Batch batch = new Batch(4096);
    batch.begin(LSN);
    batch.message(new Lane(3, true), false, 0, 1234, 0, 0, content);
    batch.end(0, 1234);
    batch.seal(EPOCH, EPOCH, crc);
    return batch.bytes();
  }
}
