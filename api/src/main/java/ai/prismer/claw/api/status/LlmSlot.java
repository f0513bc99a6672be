package ai.prismer.claw.api.status;

/** Whether agents may ask for something; no value means that they may. */
public enum LlmSlot {
  /** The admission policy refuses intents of class llm. */
  Shut
}
