package ai.prismer.claw.gate.intent;

import java.util.Optional;

/** The five operations that can be asked for. There is no sixth, and none takes free text. */
public enum Action {
  /** Raise the memory limit of the runtime container to {@code params.target}. */
  BUMP_MEMORY("bump-memory"),
  /** Raise the CPU limit of the runtime container to {@code params.target}. */
  BUMP_CPU("bump-cpu"),
  /** Replace one pod of the Claw: {@code params.pod}, or else the failing one. */
  RESTART_POD("restart-pod"),
  /** Replace all pods of the Claw, one after the other. */
  ROLLOUT_RESTART("rollout-restart"),
  /** Run exactly {@code params.replicas} pods. */
  SCALE_REPLICAS("scale-replicas");

  private final String id;

  Action(String id) {
    this.id = id;
  }

  /** The name in JSON. */
  public String id() {
    return id;
  }

  /** The action of this exact name; case and look-alike letters make a different name. */
  public static Optional<Action> of(String id) {
    for (Action action : values()) {
      if (action.id.equals(id)) {
        return Optional.of(action);
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return id;
  }
}
