package ai.prismer.claw.bus.admin;

import ai.prismer.claw.bus.Bus;
import ai.prismer.claw.bus.journal.DiskPressure;
import ai.prismer.claw.bus.journal.JournalStatistics;
import ai.prismer.claw.bus.server.ChannelEndpoint;
import ai.prismer.claw.bus.server.Pressure;
import ai.prismer.claw.contract.BusMetrics;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * The bus in the text format of Prometheus, by hand: a library for it would weigh more than all of
 * the rest. Labels are channels' names and codes of the bus's own, so nothing needs quoting.
 */
final class Metrics {
  private final StringBuilder text = new StringBuilder();

  private Metrics() {}

  /** All of it; on the loop's thread. */
  static String of(Bus bus, JournalStatistics journal) {
    Metrics metrics = new Metrics();
    metrics.channels(bus);
    metrics.lanes(
        bus,
        BusMetrics.DEAD_LETTERS,
        "gauge",
        "Dead letters kept.",
        channel -> journal.deadLetters(channel.inbound().lane()),
        channel -> journal.deadLetters(channel.outbound().lane()));
    metrics.runtime(bus);
    metrics.journal(journal);
    return metrics.text.toString();
  }

  private void channels(Bus bus) {
    lanes(
        bus,
        "claw_ipcbus_messages_total",
        "counter",
        "Messages accepted.",
        channel -> channel.inbound().accepted(),
        channel -> channel.outbound().accepted());
    lanes(
        bus,
        "claw_ipcbus_duplicates_total",
        "counter",
        "Resends that were recognised.",
        channel -> channel.inbound().duplicates(),
        channel -> channel.outbound().duplicates());
    lanes(
        bus,
        "claw_ipcbus_retry_total",
        "counter",
        "Attempts beyond the first.",
        channel -> channel.inbound().retries(),
        channel -> channel.outbound().retries());
    lanes(
        bus,
        "claw_ipcbus_dlq_total",
        "counter",
        "Messages given up.",
        channel -> channel.inbound().buried(),
        channel -> channel.outbound().buried());
    lanes(
        bus,
        "claw_ipcbus_owed_messages",
        "gauge",
        "Messages accepted and not answered for.",
        channel -> channel.inbound().owed(),
        channel -> channel.outbound().owed());
    byChannel(
        bus,
        BusMetrics.CONNECTED,
        "Whether the channel's sidecar is there.",
        channel -> channel.isConnected() ? 1 : 0);
    byChannel(
        bus,
        BusMetrics.PRESSURE,
        "How far the channel is slowed down: 0 normal, 1 degraded, 2 blocked.",
        channel -> level(channel.pressure()));
    head("claw_ipcbus_refused_total", "counter", "Frames and connections refused.");
    for (ChannelEndpoint channel : bus.channels()) {
      refusals(channel.settings().name(), channel.refusals());
    }
    refusals("", bus.runtime().refusals());
  }

  private void refusals(String channel, Map<String, Long> counts) {
    counts.forEach((code, count) ->
        value(
            "claw_ipcbus_refused_total",
            "channel=\"" + channel + "\",code=\"" + code + "\"",
            count));
  }

  private void byChannel(Bus bus, String name, String help, ToLongFunction<ChannelEndpoint> value) {
    head(name, "gauge", help);
    for (ChannelEndpoint channel : bus.channels()) {
      value(name, "channel=\"" + channel.settings().name() + "\"", value.applyAsLong(channel));
    }
  }

  private void lanes(
      Bus bus,
      String name,
      String type,
      String help,
      ToLongFunction<ChannelEndpoint> inbound,
      ToLongFunction<ChannelEndpoint> outbound) {
    head(name, type, help);
    for (ChannelEndpoint channel : bus.channels()) {
      String label = "channel=\"" + channel.settings().name() + "\",direction=";
      value(name, label + "\"inbound\"", inbound.applyAsLong(channel));
      value(name, label + "\"outbound\"", outbound.applyAsLong(channel));
    }
  }

  private void runtime(Bus bus) {
    single(
        "claw_ipcbus_bridge_connected",
        "gauge",
        "Whether the runtime can be talked to.",
        bus.runtime().isUp() ? 1 : 0);
    single(
        "claw_ipcbus_turns_in_flight",
        "gauge",
        "Turns without an outcome yet.",
        bus.runtime().inFlight());
    single(
        "claw_ipcbus_turns_unknown_total",
        "counter",
        "Turns that may or may not have taken effect.",
        bus.runtime().unknownCount());
    single(
        "claw_ipcbus_frame_bytes",
        "gauge",
        "Memory that half-received frames hold.",
        bus.context().budget().reserved());
  }

  private void journal(JournalStatistics journal) {
    single("claw_ipcbus_wal_entries", "gauge", "Messages owed.", journal.messages());
    single("claw_ipcbus_dlq_size", "gauge", "Dead letters kept.", journal.deadLetters());
    single(
        "claw_ipcbus_dlq_expired_total",
        "counter",
        "Dead letters given up for good.",
        journal.deadLettersExpired());
    single("claw_ipcbus_journal_commits_total", "counter", "Commits.", journal.commits());
    single("claw_ipcbus_journal_syncs_total", "counter", "Syncs of any file.", journal.forces());
    single("claw_ipcbus_journal_bytes_total", "counter", "Bytes written.", journal.bytes());
    single(
        "claw_ipcbus_journal_pressure",
        "gauge",
        "How full: 0 normal, 1 high, 2 copying, 3 full.",
        level(journal.pressure()));
  }

  private static int level(Pressure pressure) {
    return switch (pressure) {
      case NORMAL -> 0;
      case DEGRADED -> 1;
      case BLOCKED -> 2;
    };
  }

  private static int level(DiskPressure pressure) {
    return switch (pressure) {
      case NORMAL -> 0;
      case HIGH -> 1;
      case COPYING -> 2;
      case FULL -> 3;
    };
  }

  private void single(String name, String type, String help, long value) {
    head(name, type, help);
    value(name, "", value);
  }

  private void head(String name, String type, String help) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private void value(String name, String labels, long value) {
    text.append(name);
    if (!labels.isEmpty()) {
      text.append('{').append(labels).append('}');
    }
    text.append(' ').append(value).append('\n');
  }
}
