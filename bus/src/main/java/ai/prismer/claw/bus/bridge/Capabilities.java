package ai.prismer.claw.bus.bridge;

/**
 * What a runtime can and cannot do. Policy follows these, never a name.
 *
 * @param idempotentSend sending a turn twice has the effect of sending it once, so that one whose
 *     outcome is not known is sent again; without it such a turn ends as UNKNOWN and the person is
 *     told
 * @param envelopes it reads and writes envelopes, and sorts its turns into sessions itself
 * @param abort a turn that is out can be ended
 * @param streaming pieces of an answer are seen before its end
 * @param maxInFlight turns at once, over all sessions
 * @param ratePerMinute turns that may be begun within a minute; 0 for any number
 * @param maxBytes longest message that it takes
 */
public record Capabilities(
    boolean idempotentSend,
    boolean envelopes,
    boolean abort,
    boolean streaming,
    int maxInFlight,
    int ratePerMinute,
    int maxBytes) {}
