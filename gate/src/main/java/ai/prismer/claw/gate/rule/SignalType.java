package ai.prismer.claw.gate.rule;

import java.util.Optional;

/** What can be seen to be wrong from outside a container. */
public enum SignalType {
  /** The kernel killed a container for want of memory. */
  OOM_KILLED("OOMKilled", Severity.HIGH, Scope.CONTAINER),
  /** A container ends again and again, and not for want of memory. */
  CRASH_LOOP("CrashLoop", Severity.HIGH, Scope.CONTAINER),
  /** A node threw a pod out, and nobody has replaced it. */
  EVICTED("Evicted", Severity.HIGH, Scope.POD),
  /** A container's working set has been close to its limit for long. */
  HIGH_MEMORY("HighMemory", Severity.MEDIUM, Scope.CONTAINER),
  /** A container has used nearly all of its CPU limit for long. */
  HIGH_CPU("HighCPU", Severity.MEDIUM, Scope.CONTAINER),
  /** A pod has not started for long: no node takes it, or what it needs does not come. */
  POD_PENDING("PodPending", Severity.MEDIUM, Scope.POD),
  /** A container fails its probes. */
  PROBE_FAILURE("ProbeFailure", Severity.MEDIUM, Scope.CONTAINER),
  /** The sidecar of a channel has had no connection to the bus for long. */
  CHANNEL_DISCONNECT("ChannelDisconnect", Severity.LOW, Scope.CONTAINER);

  /** What a signal is about. */
  public enum Scope {
    /** One container of one pod. */
    CONTAINER,
    /** One pod as a whole. */
    POD
  }

  private final String id;
  private final Severity severity;
  private final Scope scope;

  SignalType(String id, Severity severity, Scope scope) {
    this.id = id;
    this.severity = severity;
    this.scope = scope;
  }

  /** The name in configuration, status, events and receipts. */
  public String id() {
    return id;
  }

  /** How urgent it is unless configured otherwise. */
  public Severity severity() {
    return severity;
  }

  /** Whether it names a container. */
  public Scope scope() {
    return scope;
  }

  /** The type of this exact name. */
  public static Optional<SignalType> of(String id) {
    for (SignalType type : values()) {
      if (type.id.equals(id)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
