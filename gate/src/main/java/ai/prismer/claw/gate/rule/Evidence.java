package ai.prismer.claw.gate.rule;

import ai.prismer.claw.gate.decision.Observed;
import ai.prismer.claw.gate.intent.Action;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The signals that speak for one rule at one moment.
 *
 * <p>What is not counted, and why:
 *
 * <ul>
 *   <li>signals from before the rule's own last action: they were answered
 *   <li>for a raised limit, signals from before any change of ours: they tell about the old limit
 *   <li>for the restart of one pod, signals of any other pod and of its predecessors of the same
 *       name: the healthy one must not be removed
 *   <li>what lasted and is over, on its own: there is nothing left to heal
 * </ul>
 *
 * @param count distinct signals
 * @param pod the pod that they come from, for the restart of one pod; else null
 */
record Evidence(int count, @Nullable String pod) {
  static final Evidence NONE = new Evidence(0, null);

  boolean isEnoughFor(Rule rule) {
    return count >= rule.minCount();
  }

  /**
   * Counts.
   *
   * @param acted when this rule acted last; null for never
   * @param change the last change by an action, whoever asked for it; null for none
   */
  static Evidence of(
      Rule rule,
      List<Signal> signals,
      @Nullable Instant acted,
      Past.@Nullable Change change,
      Observed observed) {
    Instant answered = acted == null ? Instant.MIN : acted;
    if (Rule.raises(rule.action()) && change != null && change.at().isAfter(answered)) {
      answered = change.at();
    }
    Instant oldest = observed.now().minus(rule.window());
    Instant from = answered;
    List<Signal> counted =
        signals.stream()
            .filter(rule::counts)
            .filter(signal -> signal.at().isAfter(from))
            .filter(signal -> signal.at().isAfter(oldest) || signal.course() == Signal.Course.LASTS)
            .toList();
    return isRestartOfOnePod(rule.remedy())
        ? worst(counted, observed.pods())
        : new Evidence(count(counted), null);
  }

  private static boolean isRestartOfOnePod(Remedy remedy) {
    return remedy instanceof Remedy.Ask ask
        && ask.action() == Action.RESTART_POD
        && !ask.params().containsKey("pod");
  }

  /** The first of the pods with the most signals. */
  private static Evidence worst(List<Signal> counted, List<Observed.Pod> pods) {
    Evidence worst = NONE;
    for (Observed.Pod pod : pods) {
      int own = count(counted.stream().filter(one -> one.podUid().equals(pod.uid())).toList());
      if (own > worst.count()) {
        worst = new Evidence(own, pod.name());
      }
    }
    return worst;
  }

  private static int count(List<Signal> counted) {
    if (counted.stream().allMatch(signal -> signal.course() == Signal.Course.ENDED)) {
      return 0;
    }
    Set<String> distinct = new HashSet<>();
    counted.forEach(signal -> distinct.add(signal.podUid() + " " + signal.key()));
    return distinct.size();
  }
}
