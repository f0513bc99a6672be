package ai.prismer.claw.operator.reconcile;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.rules.Violation;
import ai.prismer.claw.operator.rollout.PodState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything a status is decided from.
 *
 * @param claw the Claw, with its status so far
 * @param paused whether it is left alone on request
 * @param violations what is wrong with its spec
 * @param failures steps that did not reach their end
 * @param credentials condition CredentialsReady, where the spec names credentials
 * @param confinement conditions of the agent's account
 * @param channels what was found out about channels and bus
 * @param podAllowed whether a pod may run
 * @param workload whether its StatefulSet exists
 * @param image image of the runtime container as applied
 * @param pods its pods
 * @param replacing whether a pod was removed just now to be made anew
 */
record Facts(
    Claw claw,
    boolean paused,
    List<Violation> violations,
    List<Failure> failures,
    @Nullable ConditionDraft credentials,
    List<ConditionDraft> confinement,
    ChannelsSeen channels,
    boolean podAllowed,
    boolean workload,
    @Nullable String image,
    List<PodState> pods,
    boolean replacing) {}
