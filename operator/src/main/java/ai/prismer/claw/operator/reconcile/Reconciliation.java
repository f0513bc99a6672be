package ai.prismer.claw.operator.reconcile;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.operator.apply.StaleObservation;
import ai.prismer.claw.operator.model.ChannelPlan;
import ai.prismer.claw.operator.model.PodChannels;
import ai.prismer.claw.operator.rollout.PodState;
import ai.prismer.claw.operator.secrets.Fingerprint;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The working memory of one reconciliation: what was observed, what the steps found out, and which
 * of them failed. Used by one thread.
 */
final class Reconciliation {

  private static final Logger LOGGER = LoggerFactory.getLogger(Reconciliation.class);
  private static final int CONFLICT = 409;
  private static final int TOO_MANY_REQUESTS = 429;

  /** One named piece of a reconciliation. */
  interface Step {

    /** Does its work and notes what it found; throws what it cannot handle. */
    void run(Reconciliation reconciliation);
  }

  /** The Claw as the last own write left it, and with what self-healing has yet to store. */
  Claw claw;

  /** Waits for what self-healing has yet to store; null if that is nothing. */
  @Nullable Consumer<Claw> whenStored;

  /** Its own StatefulSet, if there is one. */
  @Nullable StatefulSet statefulSet;

  /** Its own pods. */
  List<Pod> pods = List.of();

  /** Its own pods, judged against the wanted template. */
  List<PodState> states = List.of();

  /** What confinement says; null until it was asked, and when it could not answer. */
  Confinement.@Nullable Verdict verdict;

  /** Condition of the credentials, where the spec names any. */
  @Nullable ConditionDraft credentials;

  /** Fingerprints of the Secrets that exist, by name. */
  final Map<String, Fingerprint> fingerprints = new LinkedHashMap<>();

  /** Keys of the credentials Secret. */
  List<String> credentialKeys = List.of();

  /** The channels that go into the pod. */
  PodChannels channels = PodChannels.NONE;

  /** Why others that the Claw names do not. */
  List<ChannelPlan.Problem> channelProblems = List.of();

  /** Whether the Secrets of the channels exist; true without channels. */
  boolean channelSecretsComplete = true;

  /** Whether the journal's claim is there; true where none is needed. */
  boolean journalReady = true;

  /** Whether every Secret that the pod needs exists and belongs where it should. */
  boolean secretsComplete;

  /** Image of the runtime container as applied. */
  @Nullable String image;

  /** Whether a pod was removed to be made anew. */
  boolean replacing;

  private final List<Failure> failures = new ArrayList<>();
  private @Nullable Duration lookAgainAfter;

  Reconciliation(Claw claw) {
    this.claw = claw;
  }

  /**
   * Runs a step. If it fails, that is noted under its name and the reconciliation goes on, so that
   * one broken child does not keep the others from being right.
   *
   * @return whether it reached its end without a failure
   * @throws StaleObservation when the cluster moved on: everything after would be decided on the
   *     past
   */
  boolean step(String name, Step step) {
    int before = failures.size();
    try {
      step.run(this);
    } catch (StaleObservation | NamespaceTerminating over) {
      throw over;
    } catch (KubernetesClientException refused) {
      if (NamespaceTerminating.isWhy(refused)) {
        throw new NamespaceTerminating(refused);
      }
      if (refused.getCode() == CONFLICT) {
        throw new StaleObservation("step " + name + ": " + message(refused));
      }
      LOGGER.warn("step {} failed: {}", name, message(refused));
      fail(new Failure(name, "ApiError", message(refused), true, isPassing(refused)));
    } catch (RuntimeException broken) {
      LOGGER.error("step {} failed", name, broken);
      fail(
          new Failure(
              name,
              "InternalError",
              broken.getClass().getSimpleName() + ": " + broken.getMessage(),
              true));
    }
    return failures.size() == before;
  }

  void fail(Failure failure) {
    failures.add(failure);
  }

  List<Failure> failures() {
    return failures;
  }

  /** Asks to look again after a time; the earliest wish counts. */
  void lookAgainAfter(@Nullable Duration wish) {
    if (wish != null && (lookAgainAfter == null || wish.compareTo(lookAgainAfter) < 0)) {
      lookAgainAfter = wish;
    }
  }

  Result result() {
    boolean retry = failures.stream().anyMatch(Failure::retry);
    return new Result(retry ? Result.Kind.RETRY : Result.Kind.DONE, lookAgainAfter);
  }

  /** Whether something failed, and nothing but what is likely to be over at once. */
  boolean isHiccup() {
    return !failures.isEmpty() && failures.stream().allMatch(Failure::passing);
  }

  /** No answer came, or one that says no more than "not now". */
  private static boolean isPassing(KubernetesClientException refused) {
    return refused.getStatus() == null
        || refused.getCode() == TOO_MANY_REQUESTS
        || refused.getCode() >= HttpURLConnection.HTTP_INTERNAL_ERROR;
  }

  /**
   * The server's own words; the client's contain the URL and the whole body. Where the server said
   * nothing, what kept it from being heard.
   */
  private static String message(KubernetesClientException refused) {
    if (refused.getStatus() != null && refused.getStatus().getMessage() != null) {
      return refused.getStatus().getMessage();
    }
    Throwable cause = refused.getCause();
    return cause == null
        ? String.valueOf(refused.getMessage())
        : refused.getMessage() + " " + cause;
  }
}
