package ai.prismer.claw.gate.decision;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What kind of identity the API server saw writing an intent.
 *
 * <p>Taken from the annotation {@code claw.prismer.ai/ops-intent-class}, which the admission policy
 * checked against the authenticated user of the same request.
 */
public enum AuthorClass {
  /** The operator itself, for its rules and for approved actions. */
  OPERATOR("operator"),
  /** Somebody who holds the verb {@code manage} on the Claw. */
  MANAGER("manager"),
  /** An agent: may ask, and is answered by {@code spec.ops.agentIntents}. */
  LLM("llm"),
  /** Nobody vouches for the author: no class, an unknown one, or no policy bound at that time. */
  NONE("none");

  private final String id;

  AuthorClass(String id) {
    this.id = id;
  }

  /** The value of the annotation. */
  public String id() {
    return id;
  }

  /** The class of this exact name; anything else, absence included, is {@link #NONE}. */
  public static AuthorClass of(@Nullable String id) {
    for (AuthorClass authorClass : values()) {
      if (Objects.equals(authorClass.id, id)) {
        return authorClass;
      }
    }
    return NONE;
  }
}
