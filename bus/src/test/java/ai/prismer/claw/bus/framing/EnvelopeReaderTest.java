package ai.prismer.claw.bus.framing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.prismer.claw.contract.Envelope;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeReaderTest {
  private final EnvelopeReader reader = new EnvelopeReader();

  @Test
  void readsItsKeysInAnyOrderAndWalksOverAllOthers() throws Exception {
    assertThat(
            read(
                """
                {"payload":{"id":"inner","deep":[[{"type":1}]]},"trace":"x","type":"message",
                 "timestamp":"2026-01-01T00:00:00Z","replyTo":"r","correlationId":"c","channel":"slack","id":"1"}
                """))
        .isEqualTo(new Envelope("1", "message", "slack", "c", "r", "2026-01-01T00:00:00Z"));
  }

  @Test
  void absentAndNullAreTheSame() throws Exception {
    assertThat(read("{\"id\":\"1\",\"type\":\"ack\",\"channel\":null}"))
        .isEqualTo(new Envelope("1", "ack", null, null, null, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "[]",
        "{",
        "nonsense",
        "{}",
        "{\"id\":\"1\"}",
        "{\"type\":\"ack\"}",
        "{\"id\":\"\",\"type\":\"ack\"}",
        "{\"id\":1,\"type\":\"ack\"}",
        "{\"id\":\"1\",\"type\":\"ack\"} x",
        "{\"id\":\"1\",\"type\":\"ack\"}{}",
        "{\"id\":\"1\",\"type\":\"ack\",\"payload\":01}",
        "{\"id\":\"1\",\"type\":\"ack\",\"payload\":{\"a\":}}",
        "{\"id\":\"1\",\"id\":\"2\",\"type\":\"ack\"}",
        "{\"channel\":\"mine\",\"id\":\"1\",\"type\":\"message\",\"channel\":\"another\"}",
        "\ufeff{\"id\":\"1\",\"type\":\"ack\"}"
      })
  void refusesWhatAnotherReaderMightUnderstandDifferently(String frame) {
    assertThatThrownBy(() -> read(frame)).isInstanceOf(FrameException.class);
  }

  @Test
  void refusesOtherEncodings() {
    for (String name : new String[] {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"}) {
      byte[] bytes = "{\"id\":\"1\",\"type\":\"ack\"}".getBytes(Charset.forName(name));
      assertThatThrownBy(() -> reader.read(ByteBuffer.wrap(bytes)))
          .as(name)
          .isInstanceOf(FrameException.class);
    }
  }

  @Test
  void aLongPayloadCostsNothingAndALongIdIsRefused() throws Exception {
    String longText = "y".repeat(4 << 20);
    assertThat(read("{\"payload\":\"" + longText + "\",\"id\":\"1\",\"type\":\"message\"}").id())
        .isEqualTo("1");
    assertThatThrownBy(() -> read("{\"id\":\"" + longText + "\",\"type\":\"message\"}"))
        .isInstanceOf(FrameException.class);
  }

  @Test
  void refusesNestingThatWouldCostTheReaderOfThePayloadItsStack() {
    String deep = "[".repeat(5000) + "]".repeat(5000);
    assertThatThrownBy(() -> read("{\"id\":\"1\",\"type\":\"message\",\"payload\":" + deep + "}"))
        .isInstanceOf(FrameException.class);
  }

  @Test
  void messagesOfRefusalNeverQuoteTheFrame() {
    assertThatThrownBy(() -> read("{\"id\":\"1\",\"type\":\"message\",\"payload\":hunter2}"))
        .isInstanceOf(FrameException.class)
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void mutatedFramesAreReadOrRefusedButNothingElse() {
    byte[] sound =
        "{\"id\":\"1\",\"type\":\"message\",\"payload\":{\"a\":[1,2.5e3,\"\\u00e4\",null,true]}}"
            .getBytes(StandardCharsets.UTF_8);
    for (int seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      byte[] mutated = sound.clone();
      for (int i = random.nextInt(1, 4); i > 0; i--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
      }
      try {
        reader.read(new ByteArrayInputStream(mutated));
      } catch (FrameException refused) {
        assertThat(refused).as("seed " + seed).hasMessageNotContaining("\n");
      } catch (Exception other) {
        throw new AssertionError("seed " + seed, other);
      }
    }
  }

  private Envelope read(String frame) throws FrameException {
    return reader.read(ByteBuffer.wrap(frame.getBytes(StandardCharsets.UTF_8)));
  }
}
