package ai.prismer.claw.testkit.attack;

/** Who refuses. An attack names one, and a refusal by another one counts as a failure. */
public sealed interface Guard {

  /** The API server's authorizer: the account was never granted the verb. */
  record Rbac() implements Guard {
    @Override
    public String toString() {
      return "RBAC";
    }
  }

  /**
   * An admission policy, evaluated by the API server.
   *
   * @param name name of the ValidatingAdmissionPolicy; its binding has the same
   */
  record Policy(String name) implements Guard {
    @Override
    public String toString() {
      return "policy " + name;
    }
  }

  /** The API server's own validation of the object. */
  record Validation() implements Guard {
    @Override
    public String toString() {
      return "validation";
    }
  }

  /**
   * The gate: the API server takes the intent, the operator refuses it.
   *
   * @param words what its reason says, in part
   */
  record Gate(String words) implements Guard {
    @Override
    public String toString() {
      return "the gate";
    }
  }

  /** Nobody: the request was accepted. */
  record Nobody() implements Guard {
    @Override
    public String toString() {
      return "nobody";
    }
  }

  /**
   * Something that is no guard, such as a missing object or a server that does not answer.
   *
   * @param code HTTP status
   */
  record Unexpected(int code) implements Guard {
    @Override
    public String toString() {
      return "HTTP " + code;
    }
  }
}
