package ai.prismer.claw.api.ops;

/** How urgent an incident is. */
public enum Severity {
  Critical,
  High,
  Medium,
  Low
}
