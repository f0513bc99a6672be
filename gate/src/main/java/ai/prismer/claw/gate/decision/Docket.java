package ai.prismer.claw.gate.decision;

import ai.prismer.claw.gate.canonical.CanonicalJson;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask for this Claw, and which incidents of it wait for somebody.
 *
 * <p>Class {@code llm} only says what the author lacks. Whether it is the Claw's own agent or a
 * companion is said by its name, and a companion is heard only about the one incident that was
 * given to it.
 *
 * @param agent user name of the Claw's own ServiceAccount; nobody else acts as its agent
 * @param held the escalation whose proposal waits for approval; at most one a Claw
 * @param named the escalation that the intent's {@code escalationRef} names; absent where the
 *     intent names none or there is none of that name
 */
public record Docket(String agent, @Nullable String held, @Nullable Case named) {
  /** The agent is known. */
  public Docket {
    Objects.requireNonNull(agent);
  }

  /**
   * One escalation as it stands.
   *
   * @param name its name
   * @param clawUid UID of the Claw it is about
   * @param phase its phase, as its status spells it
   * @param assignedTo user name of the companion it was given to
   * @param deadline when its phase ends
   * @param approvedAction {@link ai.prismer.claw.gate.intent.Intent#actionDigest} of what a person
   *     approved, hexadecimal
   * @param approvedBy who approved it
   */
  public record Case(
      String name,
      String clawUid,
      String phase,
      @Nullable String assignedTo,
      @Nullable Instant deadline,
      @Nullable String approvedAction,
      @Nullable String approvedBy) {
    /** The phase in which a companion is heard. */
    public static final String ANALYZING = "Analyzing";

    /** The phase in which an approved action is carried out. */
    public static final String APPROVED = "Approved";

    /** Name, UID and phase are known. */
    public Case {
      Objects.requireNonNull(name);
      Objects.requireNonNull(clawUid);
      Objects.requireNonNull(phase);
    }

    boolean isOver(Instant now) {
      return deadline == null || !now.isBefore(deadline);
    }

    private void put(ObjectNode json) {
      json.put("name", name);
      json.put("clawUid", clawUid);
      json.put("phase", phase);
      putIfPresent(json, "assignedTo", assignedTo);
      putIfPresent(json, "deadline", deadline == null ? null : deadline.toString());
      putIfPresent(json, "approvedAction", approvedAction);
      putIfPresent(json, "approvedBy", approvedBy);
    }
  }

  ObjectNode toJson() {
    ObjectNode json = CanonicalJson.object();
    json.put("agent", agent);
    putIfPresent(json, "held", held);
    if (named != null) {
      named.put(json.putObject("named"));
    }
    return json;
  }

  private static void putIfPresent(ObjectNode json, String key, @Nullable String value) {
    if (value != null) {
      json.put(key, value);
    }
  }
}
