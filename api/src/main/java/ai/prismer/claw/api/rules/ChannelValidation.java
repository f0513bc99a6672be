package ai.prismer.claw.api.rules;

import ai.prismer.claw.api.spec.Bridge;
import ai.prismer.claw.api.spec.BridgeProtocol;
import ai.prismer.claw.api.spec.ClawSpec;
import ai.prismer.claw.api.spec.CustomRuntime;
import ai.prismer.claw.api.spec.RuntimeName;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What makes the channels, the bus or the bridge of a Claw impossible; see {@link Validation}. */
final class ChannelValidation {

  /** What the bus needs at least, with what a file system takes for itself. */
  private static final BigDecimal SMALLEST_JOURNAL = BigDecimal.valueOf(64L << 20);

  /** Protocols over files, which take no port. */
  private static final Set<BridgeProtocol> PORTLESS =
      Set.of(BridgeProtocol.CLAW_UDS, BridgeProtocol.NANOCLAW_MAILBOX);

  private ChannelValidation() {}

  static void of(ClawSpec spec, List<Violation> found) {
    journal(spec, found);
    if (!Channels.any(spec) || spec.runtime() != RuntimeName.CUSTOM) {
      return;
    }
    if (Defaulting.replicas(spec) > 1) {
      found.add(
          new Violation(
              "spec.replicas",
              String.valueOf(spec.replicas()),
              "leave it out or set 1: an agent with channels has one pod, which holds its journal"));
    }
    bridge(spec, found);
  }

  private static void journal(ClawSpec spec, List<Violation> found) {
    Quantity size = Channels.journalSize(spec);
    try {
      if (size.getNumericalAmount().compareTo(SMALLEST_JOURNAL) >= 0) {
        return;
      }
    } catch (ArithmeticException | IllegalArgumentException unreadable) {
      // Said below, like one that is too small.
    }
    found.add(new Violation("spec.bus.size", '"' + size.toString() + '"', "write 64Mi or more"));
  }

  private static void bridge(ClawSpec spec, List<Violation> found) {
    Bridge bridge = spec.bridge();
    if (bridge == null || bridge.protocol() == null) {
      found.add(
          new Violation(
              "spec.bridge.protocol",
              "nothing",
              "say what the runtime speaks: with channels the bus has to talk to it"));
    } else if (!PORTLESS.contains(bridge.protocol())
        && bridge.port() == null
        && !hasPort(spec.customRuntime())) {
      found.add(
          new Violation(
              "spec.bridge.port", "nothing", "name the port of the runtime, here or in its ports"));
    }
  }

  private static boolean hasPort(@Nullable CustomRuntime custom) {
    return custom != null && custom.ports() != null && !custom.ports().isEmpty();
  }
}
