package ai.prismer.claw.bus.runtime;

import ai.prismer.claw.bus.loop.EventLoop;
import ai.prismer.claw.bus.router.Outgoing;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The turns that are out, by channel and message: ids are a channel's own, two may use the same.
 * Loop's thread.
 */
final class OpenTurns {
  /** A turn that is out. */
  static final class Turn {
    final Outgoing outgoing;
    final String session;
    final EventLoop.Timer limit;

    /** Whether the bridge was given it: before that it has had no effect, whatever happens. */
    boolean begun;

    /** Characters of its answer that were shown so far. */
    int shown;

    Turn(Outgoing outgoing, String session, EventLoop.Timer limit) {
      this.outgoing = outgoing;
      this.session = session;
      this.limit = limit;
    }
  }

  /** One that is forgotten counts as having had an effect, which is the safe side. */
  private static final int MOST_HARMLESS = 4096;

  private final Collection<String> channels;
  private final Map<String, Turn> turns = new LinkedHashMap<>();

  /** Messages whose attempts so far, all of them by this process, had no effect. */
  private final Map<Long, Boolean> harmless =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
          return size() > MOST_HARMLESS;
        }
      };

  OpenTurns(Collection<String> channels) {
    this.channels = List.copyOf(channels);
  }

  static String key(Outgoing outgoing) {
    return key(outgoing.lane().channel(), outgoing.envelope().id());
  }

  private static String key(String channel, String id) {
    return channel + " " + id;
  }

  void add(Turn turn) {
    turns.put(key(turn.outgoing), turn);
  }

  @Nullable Turn find(Outgoing outgoing) {
    return turns.get(key(outgoing));
  }

  @Nullable Turn find(String channel, String id) {
    return turns.get(key(channel, id));
  }

  /** The channel whose message with this id is out; null if there is none, or more than one. */
  @Nullable String channelOf(String id) {
    List<String> found = channels.stream().filter(name -> find(name, id) != null).toList();
    return found.size() == 1 ? found.getFirst() : null;
  }

  /** The bridge is given the turn. */
  void begun(Outgoing outgoing) {
    Turn turn = find(outgoing);
    if (turn != null) {
      turn.begun = true;
    }
  }

  /** Takes the turn off the list, unless it is over or a later attempt has taken its place. */
  @Nullable Turn remove(Outgoing outgoing) {
    Turn turn = find(outgoing);
    if (turn == null || turn.outgoing.serial() != outgoing.serial()) {
      return null;
    }
    turns.remove(key(outgoing));
    turn.limit.cancel();
    return turn;
  }

  /** The attempt is known to have had no effect. */
  void failedHarmlessly(Outgoing outgoing) {
    if (outgoing.attempt() == 1 || harmless.containsKey(outgoing.message())) {
      harmless.put(outgoing.message(), true);
    }
  }

  /** The attempt may have had an effect, and so may the message from now on. */
  void lost(Outgoing outgoing) {
    harmless.remove(outgoing.message());
  }

  /**
   * Whether an earlier attempt may have had an effect: one that was out when the process before
   * this ended has had its chance, and nobody is left who knows.
   */
  boolean mayHaveHappened(Outgoing outgoing) {
    return outgoing.attempt() > 1 && !harmless.containsKey(outgoing.message());
  }

  List<Turn> all() {
    return List.copyOf(turns.values());
  }

  int size() {
    return turns.size();
  }
}
