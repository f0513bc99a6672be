package ai.prismer.claw.bus.framing;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.contract.Envelope;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeWriterTest {
  private Instant now = Instant.parse("2026-01-01T00:00:00.123456Z");
  private final EnvelopeWriter writer = new EnvelopeWriter(() -> now, new Random(1));

  @ParameterizedTest
  @ValueSource(
      strings = {"m-1", "", "a\"b", "a\\b", "line\nline", "\u0000", "\u007f", "äß", "\ud83d\ude00"})
  void anAcknowledgementIsTheSameWithAndWithoutAGenerator(String id) throws Exception {
    Envelope envelope = envelope(writer.acknowledgement("slack", id));
    Envelope generated =
        envelope(
            writer.write(
                envelope.id(), "ack", "slack", id, json -> json.writeStringField("ref", id)));
    assertThat(envelope).isEqualTo(generated);
    assertThat(PayloadReader.read(new ByteArrayInputStream(writer.acknowledgement("slack", id))))
        .isEqualTo(Map.of("ref", id));
  }

  @Test
  void timeGoesOnAndIdsDiffer() throws Exception {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      ids.add(envelope(writer.acknowledgement("slack", "m")).id());
    }
    assertThat(ids).hasSize(100);
    now = now.plusMillis(1);
    assertThat(envelope(writer.acknowledgement("slack", "m")).timestamp())
        .isEqualTo("2026-01-01T00:00:00.124Z");
  }

  private static Envelope envelope(byte[] json) throws FrameException {
    return new EnvelopeReader().read(ByteBuffer.wrap(json));
  }
}
