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
 *   <li>for a raised limit, signals from before it was raised last, whoever asked for that: they
 *       tell about the old one
 *   <li>for the restart of one pod, signals of any other pod and of its predecessors of the same
 *       name: the healthy one must not be removed
 *   <li>what lasted and is over, on its own: there is nothing left to heal
 * </ul>
 *
 * <p>What goes on counts however long ago it began, until something was done about it. That the
 * rule wanted to and was refused is nothing done: when the bound that stood in its way is gone, it
 * is still there.
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
   * @param past what was done on this Claw before
   */
  static Evidence of(
      Rule rule, List<Signal> signals, @Nullable Instant acted, Past past, Observed observed) {
    Instant changed = past.lastChange(rule.action()).orElse(Instant.MIN);
    Instant raised = Rule.raises(rule.action()) ? changed : Instant.MIN;
    Instant answered = acted == null || acted.isBefore(raised) ? raised : acted;
    Instant oldest = observed.now().minus(rule.window());
    List<Signal> counted =
        signals.stream()
            .filter(rule::counts)
            .filter(signal ->
                signal.course() == Signal.Course.LASTS
                    ? signal.at().isAfter(changed)
                    : signal.at().isAfter(answered) && signal.at().isAfter(oldest))
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
