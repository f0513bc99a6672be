package ai.prismer.claw.operator.audit;

/** The log cannot be appended to; the message says why and what a person can do. */
public final class AuditLogException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AuditLogException(String message) {
    super(message);
  }

  AuditLogException(String message, Throwable cause) {
    super(message, cause);
  }
}
