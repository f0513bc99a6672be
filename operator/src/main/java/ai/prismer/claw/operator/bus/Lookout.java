package ai.prismer.claw.operator.bus;

import ai.prismer.claw.operator.bus.BusPage.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes of single looks at the buses what is known of each channel.
 *
 * <p>One look that finds a sidecar away says nothing, for sidecars connect again all the time: it
 * takes two in a row, and one that finds it there ends it. Pressure counts once two looks in a row
 * agree. So whoever wavers, by nature or on purpose, costs few writes. What has not been seen for a
 * while is not known.
 *
 * <p>What is kept here may be lost with the process: the status says when a channel went.
 * Immutable.
 *
 * @param tracks by UID of the pod and name of the channel
 */
record Lookout(Map<Key, Track> tracks) {
  static final Lookout NEW = new Lookout(Map.of());

  /** Whose channel it is. */
  record Key(String podUid, String channel) {}

  /**
   * The course of one channel.
   *
   * @param last the look before the next
   * @param seenAt when that was
   * @param away how many of the last looks in a row found it away
   * @param awaySince when the first of those was
   * @param report what is known; null while nothing is
   */
  record Track(
      Reading last,
      Instant seenAt,
      int away,
      @Nullable Instant awaySince,
      @Nullable ChannelReport report) {}

  Lookout {
    tracks = Map.copyOf(tracks);
  }

  /**
   * The next state.
   *
   * @param pages what the buses that answered say, by UID of the pod
   * @param now the time
   * @param patience for how long an old look speaks
   */
  Lookout next(Map<String, BusPage> pages, Instant now, Duration patience) {
    Map<Key, Track> next = new HashMap<>();
    tracks.forEach((key, track) -> {
      if (track.seenAt().plus(patience).isAfter(now)) {
        next.put(key, track);
      }
    });
    pages.forEach((pod, page) ->
        page.channels()
            .forEach((channel, reading) ->
                next.compute(new Key(pod, channel), (_, before) -> track(before, reading, now))));
    return new Lookout(next);
  }

  private static Track track(@Nullable Track before, Reading reading, Instant now) {
    int away = reading.connected() ? 0 : before == null ? 1 : before.away() + 1;
    Instant since = away == 0 ? null : away == 1 ? now : Objects.requireNonNull(before).awaySince();
    ChannelReport known = before == null ? null : before.report();
    if (away == 1 && known == null) {
      return new Track(reading, now, away, since, null);
    }
    boolean settled = before != null && before.last().pressure() == reading.pressure();
    ChannelReport report =
        new ChannelReport(
            away >= 2 ? since : null,
            settled ? reading.pressure() : known == null ? null : known.pressure(),
            reading.deadLetters());
    return new Track(reading, now, away, since, report);
  }

  /** What is known now. */
  ChannelReports reports() {
    Map<String, Map<String, ChannelReport>> reports = new HashMap<>();
    tracks.forEach((key, track) -> {
      if (track.report() != null) {
        reports
            .computeIfAbsent(key.podUid(), _ -> new HashMap<>())
            .put(key.channel(), track.report());
      }
    });
    reports.replaceAll((_, channels) -> Map.copyOf(channels));
    return new ChannelReports(reports);
  }
}
