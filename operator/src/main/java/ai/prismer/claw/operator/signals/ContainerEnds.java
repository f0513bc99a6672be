package ai.prismer.claw.operator.signals;

import ai.prismer.claw.gate.rule.SignalSettings;
import ai.prismer.claw.gate.rule.SignalType;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.stream.Stream;

/**
 * Containers that ended although they should run: killed for want of memory, crashed, or stopped by
 * the kubelet because a probe failed.
 *
 * <p>An end for want of memory is that and no crash loop, though the kubelet says {@code
 * CrashLoopBackOff} of both: more memory helps against the one, a new pod against neither.
 *
 * <p>That a probe was the reason stands nowhere but in Events, which any editor can write. What the
 * status says is that the container was ended by a signal. With a liveness or startup probe in the
 * spec, and while the pod stays, that is the kubelet's doing.
 */
final class ContainerEnds {
  /** Reason that the kubelet gives a container which the kernel killed for want of memory. */
  private static final String OOM_KILLED = "OOMKilled";

  /** A kubelet that lost sight of a container makes an exit code up. */
  private static final String UNKNOWN = "ContainerStatusUnknown";

  private static final String BACK_OFF = "CrashLoopBackOff";
  private static final int BY_SIGKILL = 137;
  private static final int BY_SIGTERM = 143;

  private ContainerEnds() {}

  static Stream<Finding> of(Pod pod, SignalSettings settings, Instant now) {
    return PodReading.isOver(pod)
        ? Stream.empty()
        : PodReading.statuses(pod).flatMap(container -> of(pod, container, settings, now));
  }

  private static Stream<Finding> of(
      Pod pod, ContainerStatus container, SignalSettings settings, Instant now) {
    boolean isLooping =
        PodReading.waiting(container)
            .filter(waiting -> BACK_OFF.equals(waiting.getReason()))
            .isPresent();
    ContainerStateTerminated last = PodReading.lastEnd(container).orElse(null);
    return PodReading.ends(container)
        .filter(end -> !isItsTask(pod, container, end))
        .flatMap(end -> of(pod, container, end, isLooping && end.equals(last), settings, now));
  }

  private static Stream<Finding> of(
      Pod pod,
      ContainerStatus container,
      ContainerStateTerminated end,
      boolean isLooping,
      SignalSettings settings,
      Instant now) {
    Place place = Place.of(pod, container.getName());
    String key = PodReading.key(end);
    Instant at = earlier(PodReading.finished(end).orElse(now), now);
    if (OOM_KILLED.equals(end.getReason())) {
      // Exit code 137 alone is any SIGKILL; only the reason is the kernel's verdict.
      return Stream.of(new Finding.Moment(SignalType.OOM_KILLED, place, key, at, ""));
    }
    String detail = "ended with exit code " + end.getExitCode();
    Finding crash =
        isLooping
            ? new Finding.Moment(SignalType.CRASH_LOOP, place, key, at, detail)
            : new Finding.Hint(SignalType.CRASH_LOOP, place, key, at, settings.crashLoop(), detail);
    return wasStoppedByAProbe(pod, container, end)
        ? Stream.of(
            crash,
            new Finding.Hint(
                SignalType.PROBE_FAILURE,
                place,
                key,
                at,
                settings.livenessKills(),
                "a probe may have stopped it, " + detail))
        : Stream.of(crash);
  }

  private static boolean isItsTask(
      Pod pod, ContainerStatus container, ContainerStateTerminated end) {
    return isSuccess(end) && PodReading.runsOnce(pod, container.getName());
  }

  private static boolean isSuccess(ContainerStateTerminated end) {
    return end.getExitCode() != null && end.getExitCode() == 0;
  }

  private static boolean wasStoppedByAProbe(
      Pod pod, ContainerStatus container, ContainerStateTerminated end) {
    Integer code = end.getExitCode();
    return code != null
        && (code == BY_SIGKILL || code == BY_SIGTERM)
        && !UNKNOWN.equals(end.getReason())
        && PodReading.container(pod, container.getName())
            .filter(spec -> spec.getLivenessProbe() != null || spec.getStartupProbe() != null)
            .isPresent();
  }

  /** A node whose clock is fast would otherwise date a kill after the action that answered it. */
  private static Instant earlier(Instant theirs, Instant ours) {
    return theirs.isBefore(ours) ? theirs : ours;
  }
}
