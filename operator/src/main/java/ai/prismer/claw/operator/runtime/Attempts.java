package ai.prismer.claw.operator.runtime;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When the objects of one controller are tried again. After a conflict soon, because the newer
 * version is on its way; after a failure slowly. Whatever breaks in one must neither stop the
 * others nor repeat at full speed.
 */
final class Attempts {
  private static final Logger LOGGER = LoggerFactory.getLogger(Attempts.class);
  private static final Duration FIRST_AGAIN = Duration.ofMillis(20);
  private static final Duration LONGEST_AGAIN = Duration.ofSeconds(2);
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);

  private final Backoff again;
  private final Backoff retry;

  Attempts(RandomGenerator random) {
    this.again = new Backoff(FIRST_AGAIN, LONGEST_AGAIN, random);
    this.retry = new Backoff(FIRST_RETRY, LONGEST_RETRY, random);
  }

  /**
   * One attempt at an object.
   *
   * @param reconciliation what to do; the pause after which it wants to look again, or null
   * @return when the framework is to come back
   */
  <P extends HasMetadata> UpdateControl<P> at(
      P object, Function<P, @Nullable Duration> reconciliation) {
    return lookAgain(pause(object, reconciliation));
  }

  /** Nothing to write, since controllers here write themselves; again after the pause, if any. */
  static <P extends HasMetadata> UpdateControl<P> lookAgain(@Nullable Duration pause) {
    return pause == null
        ? UpdateControl.noUpdate()
        : UpdateControl.<P>noUpdate().rescheduleAfter(pause);
  }

  private <P extends HasMetadata> @Nullable Duration pause(
      P object, Function<P, @Nullable Duration> reconciliation) {
    String uid = object.getMetadata().getUid();
    try {
      Duration pause = reconciliation.apply(object);
      over(uid);
      return pause;
    } catch (KubernetesClientException refused) {
      if (refused.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return soon(uid);
      }
      LOGGER.warn(
          "{} {}/{} could not be written: {}",
          object.getKind(),
          object.getMetadata().getNamespace(),
          object.getMetadata().getName(),
          refused.getMessage());
      return later(uid);
    } catch (RuntimeException broken) {
      LOGGER.error("reconciliation of a {} broke off", object.getKind(), broken);
      return later(uid);
    }
  }

  /** The object has what it wants, or is gone. */
  void over(String uid) {
    again.reset(uid);
    retry.reset(uid);
  }

  /** The pause after a conflict. */
  Duration soon(String uid) {
    return again.next(uid);
  }

  /** The pause after a failure, which was no conflict. */
  Duration later(String uid) {
    again.reset(uid);
    return retry.next(uid);
  }
}
