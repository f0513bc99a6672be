package ai.prismer.claw.testkit.redteam;

import ai.prismer.claw.testkit.attack.Answer;
import ai.prismer.claw.testkit.attack.Call;
import ai.prismer.claw.testkit.attack.Scene;
import ai.prismer.claw.testkit.attack.Target;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Many malformed intents on many Claws at once, each Claw's one after the other as there is one
 * slot. All must be refused, and nothing but the refusal counters may have moved.
 */
final class Flood {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int AT_ONCE = 8;

  private final KubernetesClient administrator;
  private final Function<Target, KubernetesClient> agents;
  private final Options options;

  Flood(
      KubernetesClient administrator, Function<Target, KubernetesClient> agents, Options options) {
    this.administrator = administrator;
    this.agents = agents;
    this.options = options;
  }

  /** What came of it: one line for each that was not refused, or that changed something. */
  record Outcome(int sent, int refused, List<String> faults) {}

  Outcome run(List<Target> targets) throws InterruptedException {
    int each = (options.malformed() + targets.size() - 1) / targets.size();
    List<String> faults = new ArrayList<>();
    List<Future<List<String>>> running = new ArrayList<>();
    try (ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE)) {
      for (int i = 0; i < targets.size(); i++) {
        Target target = targets.get(i);
        Malformed malformed = new Malformed(options.seed() + i);
        running.add(workers.submit(() -> flood(target, malformed, each)));
      }
      for (Future<List<String>> one : running) {
        faults.addAll(one.get());
      }
    } catch (ExecutionException failed) {
      throw new IllegalStateException("an attempt could not be made", failed.getCause());
    }
    int sent = each * targets.size();
    return new Outcome(sent, sent - faults.size(), faults);
  }

  private List<String> flood(Target target, Malformed malformed, int count) {
    List<String> faults = new ArrayList<>();
    Scene before = Scene.of(administrator, target);
    Set<String> sent = new HashSet<>();
    for (int i = 0; i < count; i++) {
      String intent = malformed.next(System.currentTimeMillis());
      refuse(target, intent, sent.add(intent))
          .ifPresent(fault -> faults.add(fault + ": " + intent));
    }
    List<String> changed = before.changedTo(Scene.of(administrator, target));
    if (!changed.isEmpty()) {
      faults.add(target.claw() + " changed: " + String.join(", ", changed));
    }
    return faults;
  }

  /**
   * Empty when it was refused by whoever it came to first. The same text again may be the one that
   * was refused last, and then it is not counted a second time.
   */
  private Optional<String> refuse(Target target, String intent, boolean isNew) {
    long refusals = Scene.refusals(administrator, target);
    Call call = target.ask(intent);
    Answer answer = Answer.to(call, agents.apply(target));
    if (!answer.accepted()) {
      return Optional.empty();
    }
    boolean gone =
        Patience.within(
            PATIENCE,
            () ->
                !Scene.pending(administrator, target)
                    && (!isNew || Scene.refusals(administrator, target) == refusals + 1));
    return gone ? Optional.empty() : Optional.of("neither refused nor removed on " + target.claw());
  }
}
