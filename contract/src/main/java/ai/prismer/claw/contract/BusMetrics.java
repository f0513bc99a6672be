package ai.prismer.claw.contract;

/** What the bus says of its channels on its page of metrics, and the operator reads there. */
public final class BusMetrics {
  /** Port of the page, of the probes and of the drain, where the operator made the pod. */
  public static final int PORT = 18_910;

  /** The page, in the text format of Prometheus. */
  public static final String PATH = "/metrics";

  /** Gauge by {@code channel}: 1 while its sidecar is connected, else 0. */
  public static final String CONNECTED = "claw_ipcbus_sidecar_connections";

  /** Gauge by {@code channel}: 0 normal, 1 degraded, 2 blocked. */
  public static final String PRESSURE = "claw_ipcbus_pressure";

  /** Gauge by {@code channel} and {@code direction}: dead letters that are kept. */
  public static final String DEAD_LETTERS = "claw_ipcbus_dlq_messages";

  private BusMetrics() {}
}
