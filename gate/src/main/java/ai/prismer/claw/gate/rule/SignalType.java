package ai.prismer.claw.gate.rule;

import java.util.Arrays;
import java.util.Optional;

/** What can be seen to be wrong from outside a container. */
public enum SignalType {
  /** The kernel killed a container for want of memory. */
  OOM_KILLED("OOMKilled", 3),
  /** A container ends again and again, and the kubelet waits before it starts it. */
  CRASH_LOOP("CrashLoop", 3),
  /** A pod was put off its node and stands there as failed. */
  EVICTED("Evicted", 3),
  /** A container uses nearly as much memory as it may, for some time. */
  HIGH_MEMORY("HighMemory", 2),
  /** A container uses nearly as much CPU as it may, for some time. */
  HIGH_CPU("HighCPU", 2);

  private final String id;
  private final int severity;

  SignalType(String id, int severity) {
    this.id = id;
    this.severity = severity;
  }

  /** How urgent it is: 3 is high, 2 medium, 1 low. */
  public int severity() {
    return severity;
  }

  /** The type of this name. */
  public static Optional<SignalType> of(String id) {
    return Arrays.stream(values()).filter(type -> type.id.equals(id)).findFirst();
  }

  /** The name in status, events and receipts. */
  public String id() {
    return id;
  }
}
