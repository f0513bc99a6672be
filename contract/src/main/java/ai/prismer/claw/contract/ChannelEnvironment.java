package ai.prismer.claw.contract;

/**
 * Environment variables that the operator sets and a channel sidecar reads, first-party or custom.
 * The keys of the channel's Secret are variables beside them.
 */
public final class ChannelEnvironment {
  /** Name of the channel, as the bus knows it. */
  public static final String NAME = "CHANNEL_NAME";

  /** Type of the channel, such as {@code webhook}. */
  public static final String TYPE = "CHANNEL_TYPE";

  /**
   * {@code inbound}, {@code outbound} or {@code bidirectional}; the bus holds the sidecar to it.
   */
  public static final String MODE = "CHANNEL_MODE";

  /** {@code spec.config} of the ClawChannel, a JSON object; holds no secret. */
  public static final String CONFIG = "CHANNEL_CONFIG";

  /**
   * Path of the bus's socket. The original set it for no sidecar, so that its images fall back to
   * {@link BusPaths#CHANNEL_SOCKET}; that holds without it.
   */
  public static final String SOCKET = "IPC_SOCKET_PATH";

  /** Key of a webhook channel's Secret: what requests are signed with. */
  public static final String WEBHOOK_SECRET = "WEBHOOK_SECRET";

  private ChannelEnvironment() {}
}
