package ai.prismer.claw.openclaw.config;

import java.net.URI;
import java.util.Optional;

/**
 * The model and where it is served.
 *
 * @param vendor whose wire format is spoken
 * @param model name of the model, as the endpoint knows it
 * @param key the API key; absent only for an OpenAI-compatible endpoint that asks for none
 * @param baseUrl where the API is, up to and including the version segment; absent for the vendor's
 *     own
 */
public record Endpoint(Vendor vendor, String model, Optional<Secret> key, Optional<URI> baseUrl) {

  /** A wire format. */
  public enum Vendor {
    /** Anthropic's {@code /v1/messages}. */
    ANTHROPIC,
    /** OpenAI's {@code /v1/chat/completions}, which many others serve too. */
    OPENAI
  }
}
