package ai.prismer.claw.contract;

/** Where the bus's sockets and files lie, as its own and the other containers see them. */
public final class BusPaths {
  /** Folder that a channel sidecar, the runtime and the bus each mount their share of. */
  public static final String RUN_DIR = "/var/run/claw";

  /**
   * The bus's socket as a channel sidecar sees it. The folder holds only that sidecar's socket: the
   * mount is the identity.
   */
  public static final String CHANNEL_SOCKET = "/var/run/claw/bus.sock";

  /**
   * Folder of the channels' sockets as the bus sees it: one folder a channel, which is the volume
   * that the sidecar mounts at {@link #RUN_DIR}.
   */
  public static final String CHANNELS_DIR = "/var/run/claw/channels";

  /** Name of a channel's socket in its folder. */
  public static final String SOCKET_NAME = "bus.sock";

  /** The socket for people and their tools; in no volume that another container mounts. */
  public static final String ADMIN_SOCKET = "/var/run/claw-admin/admin.sock";

  /** Folder of {@link #ADMIN_SOCKET}. */
  public static final String ADMIN_DIR = "/var/run/claw-admin";

  /** The socket of a runtime that listens on one, as the runtime sees it. */
  public static final String RUNTIME_SOCKET = "/var/run/claw/runtime.sock";

  /**
   * The runtime's folder {@link #RUN_DIR} as the bus sees it: a place of its own, so that what the
   * runtime puts there lies under nothing of the bus.
   */
  public static final String RUNTIME_SOCKET_DIR = "/var/run/claw-runtime";

  /** {@link #RUNTIME_SOCKET} as the bus sees it. */
  public static final String RUNTIME_SOCKET_OF_BUS = "/var/run/claw-runtime/runtime.sock";

  /** Folder of the journal, on a claim of its own; mounted in the bus only. */
  public static final String JOURNAL_DIR = "/var/run/claw/wal";

  /** Folder of a NanoClaw mailbox as the bus sees it, with the two folders below. */
  public static final String MAILBOX_DIR = "/var/run/claw-mailbox";

  /** In {@link #MAILBOX_DIR}, the bus's folder, of which the agent-runner sees one file. */
  public static final String MAILBOX_INBOUND = "inbound";

  /** In {@link #MAILBOX_DIR}, the agent-runner's folder, which it sees as {@link #WORKSPACE}. */
  public static final String MAILBOX_WORKSPACE = "workspace";

  /** Name of the bus's file, in {@link #MAILBOX_INBOUND} and, read-only, {@link #WORKSPACE}. */
  public static final String MAILBOX_FILE = "inbound.db";

  /** The working folder of NanoClaw's agent-runner, as it sees it. */
  public static final String WORKSPACE = "/workspace";

  private BusPaths() {}
}
