package ai.prismer.claw.api.rules;

import ai.prismer.claw.api.channel.Backpressure;
import ai.prismer.claw.api.channel.ChannelSpec;
import ai.prismer.claw.api.channel.ChannelType;
import ai.prismer.claw.api.spec.Bus;
import ai.prismer.claw.api.spec.ChannelMode;
import ai.prismer.claw.api.spec.ChannelReference;
import ai.prismer.claw.api.spec.ClawSpec;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an absent field means that has to do with channels; see {@link Defaulting}. */
public final class Channels {
  /** Port of a built-in sidecar whose configuration names none. */
  public static final int LISTEN_PORT = 8080;

  private static final String CONFIG_LISTEN_PORT = "listenPort";
  private static final String CONFIG_TARGET = "targetURL";
  private static final int BUFFER = 1024;
  private static final String HIGH = "0.8";
  private static final String LOW = "0.3";
  private static final Quantity JOURNAL = new Quantity("1", "Gi");

  private Channels() {}

  /** The channels that a Claw names, in the order in which they were written. */
  public static List<ChannelReference> of(ClawSpec spec) {
    return spec.channels() == null ? List.of() : spec.channels();
  }

  /** Whether a Claw names any channel, and so has a bus. */
  public static boolean any(ClawSpec spec) {
    return !of(spec).isEmpty();
  }

  /** In which mode a Claw uses a channel: both ways unless said otherwise. */
  public static ChannelMode mode(ChannelReference reference) {
    return reference.mode() == null ? ChannelMode.BIDIRECTIONAL : reference.mode();
  }

  /** What a channel allows: both ways unless said otherwise. */
  public static ChannelMode mode(ChannelSpec spec) {
    return spec.mode() == null ? ChannelMode.BIDIRECTIONAL : spec.mode();
  }

  /** Messages that the watermarks are parts of. */
  public static int bufferSize(ChannelSpec spec) {
    Backpressure given = spec.backpressure();
    return given == null || given.bufferSize() == null ? BUFFER : given.bufferSize();
  }

  /** Where a channel is slowed down, as a decimal fraction. */
  public static String highWatermark(ChannelSpec spec) {
    Backpressure given = spec.backpressure();
    return given == null || given.highWatermark() == null ? HIGH : given.highWatermark();
  }

  /** Where that ends, as a decimal fraction. */
  public static String lowWatermark(ChannelSpec spec) {
    Backpressure given = spec.backpressure();
    return given == null || given.lowWatermark() == null ? LOW : given.lowWatermark();
  }

  /**
   * The port on which the sidecar of a type with a built-in one listens: {@code config.listenPort},
   * else 8080; null for other types, and 0 where something else than a port stands there.
   */
  public static @Nullable Integer listenPort(ChannelSpec spec) {
    ChannelType type = spec.type();
    if (type != ChannelType.WEBHOOK && type != ChannelType.SLACK && type != ChannelType.DISCORD) {
      return null;
    }
    JsonNode port = spec.config() == null ? null : spec.config().get(CONFIG_LISTEN_PORT);
    if (port == null) {
      return LISTEN_PORT;
    }
    return port.canConvertToInt() && port.asInt() > 0 && port.asInt() <= 65_535 ? port.asInt() : 0;
  }

  /** Whether the sidecar holds answers until somebody fetches them: a webhook without a target. */
  public static boolean holdsAnswers(ChannelSpec spec) {
    return spec.type() == ChannelType.WEBHOOK
        && (spec.config() == null || !spec.config().hasNonNull(CONFIG_TARGET));
  }

  /** Name of the Secret that the sidecar needs; null for none. */
  public static @Nullable String secret(ChannelSpec spec) {
    var credentials = spec.credentials();
    return credentials == null || credentials.secretRef() == null
        ? null
        : credentials.secretRef().name();
  }

  /** Whether the journal goes with the pod: no unless said otherwise. */
  public static boolean ephemeral(ClawSpec spec) {
    Bus bus = spec.bus();
    return bus != null && Boolean.TRUE.equals(bus.ephemeral());
  }

  /** Size of the journal's volume: 1Gi unless said otherwise. */
  public static Quantity journalSize(ClawSpec spec) {
    Bus bus = spec.bus();
    return bus == null || bus.size() == null ? JOURNAL : bus.size();
  }
}
