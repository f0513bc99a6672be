package ai.prismer.claw.operator.model;

import ai.prismer.claw.api.spec.HttpProbe;
import ai.prismer.claw.api.spec.ProbeSpec;
import ai.prismer.claw.api.spec.TcpProbe;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import org.jspecify.annotations.Nullable;

/** Probes of the runtime container. */
final class Probes {

  private static final int PERIOD_SECONDS = 10;
  private static final int READY_PERIOD_SECONDS = 5;
  private static final int TIMEOUT_SECONDS = 2;
  private static final int FAILURES = 3;
  private static final int START_PERIOD_SECONDS = 1;
  private static final int START_FAILURES = 120;

  private Probes() {}

  /**
   * Waits two minutes for the socket to listen. It never asks more: a runtime that answers only
   * once something else is connected would wait for what waits for it.
   */
  static Probe listening(int port) {
    return new ProbeBuilder()
        .withNewTcpSocket()
        .withPort(new IntOrString(port))
        .endTcpSocket()
        .withPeriodSeconds(START_PERIOD_SECONDS)
        .withTimeoutSeconds(TIMEOUT_SECONDS)
        .withFailureThreshold(START_FAILURES)
        .build();
  }

  /** Waits two minutes until the process says that it has started. */
  static Probe started(String path, int port) {
    return new ProbeBuilder(http(path, port))
        .withPeriodSeconds(START_PERIOD_SECONDS)
        .withFailureThreshold(START_FAILURES)
        .build();
  }

  static Probe http(String path, int port) {
    return new ProbeBuilder()
        .withNewHttpGet()
        .withPath(path)
        .withPort(new IntOrString(port))
        .endHttpGet()
        .withPeriodSeconds(READY_PERIOD_SECONDS)
        .withTimeoutSeconds(TIMEOUT_SECONDS)
        .withFailureThreshold(FAILURES)
        .build();
  }

  static @Nullable Probe of(@Nullable ProbeSpec spec) {
    if (spec == null) {
      return null;
    }
    ProbeBuilder probe =
        new ProbeBuilder()
            .withInitialDelaySeconds(spec.initialDelaySeconds())
            .withPeriodSeconds(or(spec.periodSeconds(), PERIOD_SECONDS))
            .withTimeoutSeconds(or(spec.timeoutSeconds(), TIMEOUT_SECONDS))
            .withFailureThreshold(or(spec.failureThreshold(), FAILURES));
    HttpProbe http = spec.httpGet();
    TcpProbe tcp = spec.tcpSocket();
    if (http != null) {
      probe
          .withNewHttpGet()
          .withPath(http.path() == null ? "/" : http.path())
          .withPort(new IntOrString(http.port()))
          .endHttpGet();
    } else if (tcp != null) {
      probe.withNewTcpSocket().withPort(new IntOrString(tcp.port())).endTcpSocket();
    }
    return probe.build();
  }

  private static int or(@Nullable Integer value, int otherwise) {
    return value == null ? otherwise : value;
  }
}
