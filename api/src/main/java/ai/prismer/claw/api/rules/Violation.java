package ai.prismer.claw.api.rules;

/**
 * One thing that is wrong with a spec, in words a person can act on.
 *
 * @param field path of the field, such as {@code spec.config.environment.PORT}
 * @param value what stands there, shortened
 * @param allowed what may stand there
 */
public record Violation(String field, String value, String allowed) {
  @Override
  public String toString() {
    return field + ": " + value + " is not allowed; " + allowed;
  }
}
