package ai.prismer.claw.bus.server;

import ai.prismer.claw.bus.framing.EnvelopeWriter;
import ai.prismer.claw.bus.router.Refusal;
import ai.prismer.claw.contract.BusProtocol;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The frames that the bus itself says to a channel. */
public final class ControlFrames {
  private final EnvelopeWriter writer;
  private final String durability;

  /**
   * @param durability {@code always}, {@code interval} or {@code none}, said in the handshake
   */
  public ControlFrames(EnvelopeWriter writer, String durability) {
    this.writer = writer;
    this.durability = durability;
  }

  /**
   * The answer to {@code register}.
   *
   * @param accepted what the client asked about and need not send again
   */
  byte[] registered(String id, ChannelEndpoint channel, int protocol, List<String> accepted) {
    String last = channel.inbound().lastId();
    return writer.write(
        BusProtocol.ACK,
        channel.settings().name(),
        id,
        json -> {
          json.writeStringField("ref", id);
          if (protocol == BusProtocol.ORIGINAL) {
            return;
          }
          json.writeNumberField("protocol", protocol);
          json.writeStringField("mode", channel.settings().mode().word());
          json.writeStringField("durability", durability);
          json.writeBooleanField("credits", true);
          json.writeBooleanField("durableAck", true);
          if (last != null) {
            json.writeStringField("lastId", last);
          }
          json.writeArrayFieldStart("accepted");
          for (String message : accepted) {
            json.writeString(message);
          }
          json.writeEndArray();
        });
  }

  byte[] ack(String channel, String id) {
    return writer.acknowledgement(channel, id);
  }

  byte[] nack(String channel, @Nullable String id, Refusal reason) {
    return writer.write(
        BusProtocol.NACK,
        channel,
        id,
        json -> {
          json.writeStringField("ref", id == null ? "" : id);
          json.writeStringField("code", reason.code());
          json.writeBooleanField("retryable", reason.retryable());
          json.writeStringField("message", reason.text());
        });
  }

  byte[] credit(String channel, Credits.Grant grant) {
    return writer.write(
        BusProtocol.CREDIT,
        channel,
        null,
        json -> {
          json.writeNumberField("messages", grant.messages());
          json.writeNumberField("bytes", grant.bytes());
        });
  }

  byte[] shutdown(String channel) {
    return writer.write(BusProtocol.SHUTDOWN, channel, null, json -> {});
  }

  /**
   * A passing sign of an answer that is being made; not journalled.
   *
   * @param offset characters of the answer before it: who sees a gap knows that a piece was left
   *     out, and who sees 0 again that the answer is being made anew
   */
  byte[] streamDelta(String channel, String messageId, int offset, String text) {
    return writer.write(
        BusProtocol.STREAM_DELTA,
        channel,
        messageId,
        json -> {
          json.writeNumberField("offset", offset);
          json.writeStringField("text", text);
        });
  }
}
