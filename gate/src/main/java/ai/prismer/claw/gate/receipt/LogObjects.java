package ai.prismer.claw.gate.receipt;

/**
 * How the log lies on the API server, in the operator's namespace: receipts named by their index, a
 * ConfigMap with its head, a Secret with its signing key.
 */
public final class LogObjects {
  /** ConfigMap of the log, data key: the signed {@link Checkpoint}, a note. */
  public static final String CHECKPOINT = "checkpoint";

  /** ConfigMap of the log, data key: the {@link Frontier}, JSON. */
  public static final String FRONTIER = "frontier";

  /** ConfigMap of the log, data key: public keys in their text form, one a line, newest last. */
  public static final String VERIFIER_KEYS = "verifier-keys";

  /** ConfigMap of the log, data key: since when and until when each key signed, JSON. */
  public static final String KEY_VALIDITY = "key-validity";

  /** ConfigMap of the log, data key: the {@link Frontier} below which receipts were pruned. */
  public static final String PRUNED = "pruned";

  /** Secret of the signing key, data key: the private key, PKCS #8 in PEM. */
  public static final String PRIVATE_KEY = "private.pem";

  /** Secret of the signing key, data key: its name, which is also the origin of the log. */
  public static final String KEY_NAME = "name";

  private static final long MAX_INDEX = 999_999_999_999L;

  private LogObjects() {}

  /**
   * Name of the {@code ClawOpsReceipt} at an index. Twelve digits, so that the server's order of
   * names is the order of the log.
   *
   * @throws IllegalArgumentException if the index is negative or has more than twelve digits
   */
  public static String receiptName(long index) {
    if (index < 0 || index > MAX_INDEX) {
      throw new IllegalArgumentException("a receipt's index has at most twelve digits");
    }
    String digits = Long.toString(index);
    return "receipt-" + "0".repeat(12 - digits.length()) + digits;
  }
}
