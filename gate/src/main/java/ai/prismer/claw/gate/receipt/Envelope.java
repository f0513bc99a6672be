package ai.prismer.claw.gate.receipt;

import ai.prismer.claw.gate.canonical.CanonicalJson;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;

/**
 * A <a href="https://github.com/secure-systems-lab/dsse/blob/v1.0.2/envelope.md">DSSE</a> envelope
 * around an in-toto statement. Immutable.
 */
final class Envelope {
  /** The media type of in-toto statements. */
  static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";

  /** The most bytes an envelope may have; a receipt's payload of 32 KiB fits with room to spare. */
  static final int MAX_BYTES = 64 * 1024;

  private static final int MAX_SIGNATURES = 4;

  private final byte[] payload;
  private final List<String> signatures;

  private Envelope(byte[] payload, List<String> signatures) {
    this.payload = payload;
    this.signatures = List.copyOf(signatures);
  }

  static Envelope sign(byte[] payload, SigningKey key) {
    return sign(payload, List.of(key));
  }

  /** An envelope signed by each of the keys; without any it is one that could not be signed. */
  static Envelope sign(byte[] payload, List<SigningKey> keys) {
    byte[] message = preAuthenticationEncoding(payload);
    return new Envelope(
        payload,
        keys.stream().map(key -> Base64.getEncoder().encodeToString(key.sign(message))).toList());
  }

  /**
   * Reads an envelope; says nothing yet about its signatures.
   *
   * @throws NotVerifiedException if it is oversized or malformed
   */
  static Envelope read(byte[] json) throws NotVerifiedException {
    if (json.length > MAX_BYTES) {
      throw new NotVerifiedException(
          Flaw.OVERSIZED, "the envelope has more than " + MAX_BYTES + " bytes");
    }
    ObjectNode object;
    try {
      object = CanonicalJson.read(json);
    } catch (IOException e) {
      throw malformed("the envelope is not one strict JSON object");
    }
    if (!PAYLOAD_TYPE.equals(object.path("payloadType").textValue())) {
      throw malformed("the envelope's payloadType is not " + PAYLOAD_TYPE);
    }
    JsonNode list = object.path("signatures");
    if (!list.isArray() || list.size() > MAX_SIGNATURES) {
      throw malformed("signatures is no list of at most " + MAX_SIGNATURES);
    }
    List<String> signatures = new ArrayList<>();
    for (JsonNode entry : list) {
      signatures.add(text(entry.path("sig"), "sig"));
    }
    byte[] payload = decode(text(object.path("payload"), "payload"), "payload");
    for (String signature : signatures) {
      decode(signature, "sig");
    }
    return new Envelope(payload, signatures);
  }

  /** The canonical statement; not a copy, and not to be changed. */
  byte[] payload() {
    return payload;
  }

  /** False where signing was not possible. */
  boolean isSigned() {
    return !signatures.isEmpty();
  }

  /** The envelope as one line of JSON. */
  String json() {
    ObjectNode object = CanonicalJson.object();
    object.put("payload", Base64.getEncoder().encodeToString(payload));
    object.put("payloadType", PAYLOAD_TYPE);
    var list = object.putArray("signatures");
    for (String signature : signatures) {
      // DSSE's key id is an optional hint, but some libraries insist on the field, and many skip a
      // signature whose id is not the one they derive themselves. Empty is what all of them try.
      list.addObject().put("keyid", "").put("sig", signature);
    }
    return new String(CanonicalJson.write(object), StandardCharsets.UTF_8);
  }

  /** Whether one of the signatures was made by one of the keys, whatever key id it claims. */
  boolean isSignedBy(Collection<VerifierKey> keys) {
    byte[] message = preAuthenticationEncoding(payload);
    for (String signature : signatures) {
      for (VerifierKey key : keys) {
        if (key.verifies(message, Base64.getDecoder().decode(signature))) {
          return true;
        }
      }
    }
    return false;
  }

  /** DSSE's PAE: what is signed, with lengths, so that type and payload cannot run together. */
  static byte[] preAuthenticationEncoding(byte[] payload) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length + 64);
    String head =
        "DSSEv1 " + PAYLOAD_TYPE.length() + " " + PAYLOAD_TYPE + " " + payload.length + " ";
    out.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(payload);
    return out.toByteArray();
  }

  private static String text(JsonNode node, String name) throws NotVerifiedException {
    if (!node.isTextual()) {
      throw malformed("the envelope has no " + name);
    }
    return node.textValue();
  }

  private static byte[] decode(String base64, String name) throws NotVerifiedException {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw malformed(name + " is not base64");
    }
  }

  private static NotVerifiedException malformed(String reason) {
    return new NotVerifiedException(Flaw.MALFORMED, reason);
  }
}
