package ai.prismer.claw.contract;

/** Environment variables that the operator sets and the bus reads. */
public final class BusEnvironment {
  /** The channels: {@code name=mode[,inFlight=N][,buffer=N][,high=F][,low=F]}, joined by ";". */
  public static final String CHANNELS = "CLAW_BUS_CHANNELS";

  /** Name of the bridge to the runtime. */
  public static final String BRIDGE = "CLAW_BUS_BRIDGE";

  /** Where the runtime listens: a URL, {@code host:port}, or the path of a Unix socket. */
  public static final String RUNTIME = "CLAW_BUS_RUNTIME";

  /** What a runtime that serves models under names is asked for. */
  public static final String MODEL = "CLAW_BUS_MODEL";

  /** File that holds the token by which the runtime knows the bus. */
  public static final String TOKEN_FILE = "CLAW_BUS_TOKEN_FILE";

  /** Folder of the journal. */
  public static final String JOURNAL_DIR = "CLAW_BUS_JOURNAL_DIR";

  /** What of its volume the journal may use, as a Kubernetes quantity. */
  public static final String JOURNAL_SIZE = "CLAW_BUS_JOURNAL_SIZE";

  /** When what was accepted is on the device. */
  public static final String DURABILITY = "CLAW_BUS_DURABILITY";

  /** How long an answer may take, in seconds. */
  public static final String TURN_LIMIT = "CLAW_BUS_TURN_LIMIT_SECONDS";

  /** How long a stop may take, in seconds. */
  public static final String GRACE = "CLAW_BUS_GRACE_SECONDS";

  /** How often in the long run the bus looks for work, a second; 0 for any number. */
  public static final String ROUNDS_PER_SECOND = "CLAW_BUS_ROUNDS_PER_SECOND";

  /** Port of the probes and of the metrics. */
  public static final String HEALTH_PORT = "CLAW_BUS_HEALTH_PORT";

  /** Folder of the channels' sockets. */
  public static final String CHANNELS_DIR = "CLAW_BUS_CHANNELS_DIR";

  /** The socket for people and their tools. */
  public static final String ADMIN_SOCKET = "CLAW_BUS_ADMIN_SOCKET";

  /** Users, joined by commas, that may come through a channel's socket; empty for all. */
  public static final String PEER_USERS = "CLAW_BUS_PEER_USERS";

  private BusEnvironment() {}
}
