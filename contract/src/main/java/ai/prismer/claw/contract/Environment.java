package ai.prismer.claw.contract;

/** Environment variables that the operator sets and a runtime reads. */
public final class Environment {
  /** Name of the Claw this pod belongs to. */
  public static final String CLAW_NAME = "CLAW_NAME";

  /** Namespace of the Claw this pod belongs to. */
  public static final String CLAW_NAMESPACE = "CLAW_NAMESPACE";

  /** Model name of the {@code openclaw} runtime, from {@code spec.config.model}. */
  public static final String OPENCLAW_MODEL = "OPENCLAW_MODEL";

  /** System prompt of the {@code openclaw} runtime, from {@code spec.config.systemPrompt}. */
  public static final String OPENCLAW_SYSTEM_PROMPT = "OPENCLAW_SYSTEM_PROMPT";

  /** {@code gateway} for every Claw: the original's images ask for it. */
  public static final String OPENCLAW_MODE = "OPENCLAW_MODE";

  /** API key for Anthropic's endpoint. */
  public static final String ANTHROPIC_API_KEY = "ANTHROPIC_API_KEY";

  /** Base URL of an Anthropic-compatible endpoint, without {@code /v1/messages}. */
  public static final String ANTHROPIC_BASE_URL = "ANTHROPIC_BASE_URL";

  /** API key for an OpenAI-compatible endpoint. */
  public static final String OPENAI_API_KEY = "OPENAI_API_KEY";

  /** Base URL of an OpenAI-compatible endpoint, up to and including {@code /v1}. */
  public static final String OPENAI_BASE_URL = "OPENAI_BASE_URL";

  private Environment() {}
}
