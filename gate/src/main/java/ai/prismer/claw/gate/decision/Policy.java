package ai.prismer.claw.gate.decision;

import ai.prismer.claw.gate.canonical.CanonicalJson;
import ai.prismer.claw.gate.intent.Action;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;

/**
 * What the owner of a Claw, and this operator, allow; recorded in full in the receipt.
 *
 * @param agentIntents {@code spec.ops.agentIntents}; Deny while confinement is unproven
 * @param mode {@code spec.ops.mode}
 * @param max {@code spec.ops.maxMemory} and {@code spec.ops.maxCpu}
 * @param maxReplicas {@code spec.ops.maxReplicas}, at least 1
 * @param budgetPerHour actions that may be executed in an hour, at least 1
 * @param executable the actions this operator can carry out
 * @param agentLead how far an agent's generation may lie ahead of the clock
 * @param lead the same for everybody else
 */
public record Policy(
    AgentIntents agentIntents,
    Mode mode,
    Limits max,
    int maxReplicas,
    int budgetPerHour,
    Set<Action> executable,
    Duration agentLead,
    Duration lead) {

  /** An agent may be ahead by what two clocks differ. */
  public static final Duration AGENT_LEAD = Duration.ofSeconds(5);

  /** People's machines may be further off. */
  public static final Duration LEAD = Duration.ofMinutes(10);

  /** Copies the set. */
  public Policy {
    Objects.requireNonNull(agentIntents);
    Objects.requireNonNull(mode);
    Objects.requireNonNull(max);
    Objects.requireNonNull(agentLead);
    Objects.requireNonNull(lead);
    executable = Set.copyOf(executable);
    if (maxReplicas < 1) {
      throw new IllegalArgumentException("maxReplicas is at least 1");
    }
    if (budgetPerHour < 1) {
      throw new IllegalArgumentException("budgetPerHour is at least 1");
    }
  }

  /** What becomes of an agent's own intents. */
  public enum AgentIntents {
    /** They are refused. */
    DENY("Deny"),
    /** Within the bounds they wait for a person's approval. */
    APPROVE("Approve"),
    /** They are executed within the bounds. */
    AUTO("Auto");

    private final String id;

    AgentIntents(String id) {
      this.id = id;
    }

    /** The value in the spec. */
    public String id() {
      return id;
    }
  }

  /** Whether decisions have an effect. */
  public enum Mode {
    /** They have. */
    ENFORCE("Enforce"),
    /** Everything is decided and recorded, nothing is touched. */
    OBSERVE("Observe");

    private final String id;

    Mode(String id) {
      this.id = id;
    }

    /** The value in the spec. */
    public String id() {
      return id;
    }
  }

  /** This policy as it is recorded. */
  public ObjectNode toJson() {
    ObjectNode json = CanonicalJson.object();
    json.put("agentIntents", agentIntents.id());
    json.put("mode", mode.id());
    Observed.put(json.putObject("max"), max);
    json.put("maxReplicas", maxReplicas);
    json.put("budgetPerHour", budgetPerHour);
    var list = json.putArray("executable");
    executable.stream().sorted().map(Action::id).forEach(list::add);
    json.put("agentLeadMillis", agentLead.toMillis());
    json.put("leadMillis", lead.toMillis());
    return json;
  }
}
