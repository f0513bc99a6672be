package ai.prismer.claw.operator.reconcile;

import ai.prismer.claw.api.status.ChannelState;
import java.util.List;

/**
 * What a reconciliation found out about channels and bus.
 *
 * @param conditions what the status says of them as a whole
 * @param states what it says of each channel
 */
record ChannelsSeen(List<ConditionDraft> conditions, List<ChannelState> states) {

  /** Of a Claw that names none. */
  static final ChannelsSeen NONE = new ChannelsSeen(List.of(), List.of());
}
