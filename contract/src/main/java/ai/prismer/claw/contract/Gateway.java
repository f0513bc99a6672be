package ai.prismer.claw.contract;

/**
 * The contract between the operator, which writes the pod, the first-party gateway, which runs in
 * it, and whoever talks to it.
 */
public final class Gateway {
  /** WebSocket port of the first-party gateway. */
  public static final int PORT = 18900;

  /**
   * Plain HTTP port of the first-party gateway: {@code /health}, {@code /ready}, {@code /metrics}.
   */
  public static final int HEALTH_PORT = 18901;

  /** Configuration file, JSON, mounted read-only from the Claw's ConfigMap. */
  public static final String CONFIG_FILE = "/etc/claw/config.json";

  /** Folder of {@link #CONFIG_FILE}. */
  public static final String CONFIG_DIR = "/etc/claw";

  /** File that holds the token every client must present; mounted from the Claw's Secret. */
  public static final String TOKEN_FILE = "/etc/claw-token/token";

  /** Folder of {@link #TOKEN_FILE}. */
  public static final String TOKEN_DIR = "/etc/claw-token";

  /** Key of the token in the Claw's Secret. */
  public static final String TOKEN_KEY = "token";

  /** Longest message that the first-party gateway takes, in characters. */
  public static final int LONGEST_MESSAGE = 128 * 1024;

  /** Writable folder for sessions and memory. */
  public static final String SESSION_DIR = "/var/lib/claw/session";

  /** The only other writable folder: temporary files. */
  public static final String TMP_DIR = "/tmp";

  private Gateway() {}

  /** Name of the Secret with the token of a Claw's gateway. */
  public static String tokenSecret(String claw) {
    return claw + "-token";
  }
}
