package ai.prismer.claw.bus.runtime;

import ai.prismer.claw.bus.framing.EnvelopeWriter;
import ai.prismer.claw.bus.router.Outgoing;
import ai.prismer.claw.contract.BusProtocol;
import java.util.Map;

/**
 * The messages that the bus writes in a runtime's name: the answer of one that does not write
 * envelopes, and what a person is told when there is none.
 */
public final class Replies {
  /** What the message says. */
  enum Kind {
    /** The runtime's words. */
    ANSWER("-resp"),
    /** The runtime ended the turn with an error. */
    ERROR("-err"),
    /** Nobody knows whether the message had an effect. */
    UNKNOWN("-unknown");

    private final String suffix;

    Kind(String suffix) {
      this.suffix = suffix;
    }
  }

  private final EnvelopeWriter writer;

  /** Timestamps come from the writer; ids from the question's. */
  public Replies(EnvelopeWriter writer) {
    this.writer = writer;
  }

  /** The envelope's JSON. */
  byte[] write(Outgoing question, Kind kind, String text) {
    String id = question.envelope().id();
    return writer.write(
        id + kind.suffix,
        BusProtocol.MESSAGE,
        question.lane().channel(),
        id,
        json -> {
          json.writeStringField("text", words(kind, text));
          if (kind != Kind.ANSWER) {
            json.writeStringField("status", kind.name());
            json.writeStringField("reason", text);
          }
          for (Map.Entry<String, String> part : question.place().entrySet()) {
            json.writeStringField(part.getKey(), part.getValue());
          }
        });
  }

  private static String words(Kind kind, String text) {
    return switch (kind) {
      case ANSWER -> text;
      case ERROR -> "The agent could not answer: " + text;
      case UNKNOWN ->
          "The connection to the agent was lost while it worked on this message. It is not known"
              + " whether it took effect; please check before you send it again.";
    };
  }
}
