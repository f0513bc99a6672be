package ai.prismer.claw.gate.receipt;

import ai.prismer.claw.gate.canonical.CanonicalJson;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A receipt of the Go original, as it stood in {@code status.signetReceipt} of an escalation.
 *
 * <p>It says which rule had what done. It proves nothing: the key that signed was never published
 * and did not outlive its process, and no receipt says what came before it or how the action ended.
 * So it is explained and never verified. All of its texts are foreign.
 *
 * @param id {@code rec_} and 32 hexadecimal digits
 * @param key name of the key, {@code rule-engine}
 * @param tool what was done, such as {@code RestartPod}
 * @param params its parameters, canonical JSON
 * @param target {@code claw://namespace/name}
 * @param time when, RFC 3339
 * @param signature what stands where the signature belongs
 */
public record OriginalReceipt(
    String id,
    String key,
    String tool,
    String params,
    String target,
    String time,
    Signature signature) {
  /** The most bytes of a file that are read: a long list of escalations. */
  public static final int MAX_BYTES = 16 << 20;

  private static final Pattern ED25519 = Pattern.compile("[0-9a-f]{128}");

  /** What stands where the signature belongs. */
  public enum Signature {
    /** Well-formed, by a key that nobody knows. */
    UNVERIFIABLE(
        "it was signed with a key that was never published: nobody can verify it, and anybody could"
            + " have written it"),
    /** The word "mock": a signer for tests. */
    MOCK("its signature is \"mock\": it was never signed"),
    /** Nothing. */
    EMPTY("its signature is empty: signing had failed, and the action went on"),
    /** Something else. */
    MALFORMED("what stands for its signature is none: it was changed, or is of something else");

    private final String words;

    Signature(String words) {
      this.words = words;
    }

    /** The same for people. */
    public String words() {
      return words;
    }

    private static Signature of(String text) {
      return switch (text) {
        case "" -> EMPTY;
        case "mock" -> MOCK;
        default -> ED25519.matcher(text).matches() ? UNVERIFIABLE : MALFORMED;
      };
    }
  }

  /**
   * Reads the receipts in a text: one receipt, an escalation that holds one, or a list of
   * escalations, as {@code kubectl get -o json} prints it.
   *
   * @return the receipts in their order; empty if an escalation or list holds none
   * @throws NotVerifiedException if it is nothing of that
   */
  public static List<OriginalReceipt> read(byte[] text) throws NotVerifiedException {
    ObjectNode json = object(text);
    List<OriginalReceipt> found = new ArrayList<>();
    if (json.path("items").isArray()) {
      for (JsonNode item : json.path("items")) {
        ofEscalation(item, found);
      }
    } else if (json.has("kind")) {
      ofEscalation(json, found);
    } else {
      found.add(of(json));
    }
    return found;
  }

  private static void ofEscalation(JsonNode escalation, List<OriginalReceipt> found)
      throws NotVerifiedException {
    JsonNode held = escalation.at("/status/signetReceipt");
    if (held instanceof ObjectNode receipt) {
      found.add(of(receipt));
    } else if (held.isTextual() && !held.textValue().isBlank()) {
      found.add(of(object(held.textValue().getBytes(StandardCharsets.UTF_8))));
    }
  }

  private static OriginalReceipt of(ObjectNode json) throws NotVerifiedException {
    if (json.path("v").asInt() != 1 || !json.path("tool").isTextual() || !json.has("sig")) {
      throw malformed("it is no receipt of the original: one has v 1, a tool and a sig");
    }
    return new OriginalReceipt(
        json.path("id").asText(),
        json.path("key").asText(),
        json.path("tool").asText(),
        json.path("params") instanceof ObjectNode params
            ? new String(CanonicalJson.write(params), StandardCharsets.UTF_8)
            : "{}",
        json.path("target").asText(),
        json.path("ts").asText(),
        Signature.of(json.path("sig").asText()));
  }

  private static ObjectNode object(byte[] text) throws NotVerifiedException {
    try {
      return CanonicalJson.read(text);
    } catch (IOException unreadable) {
      throw malformed("it is " + unreadable.getMessage());
    }
  }

  private static NotVerifiedException malformed(String reason) {
    return new NotVerifiedException(Flaw.MALFORMED, reason);
  }
}
