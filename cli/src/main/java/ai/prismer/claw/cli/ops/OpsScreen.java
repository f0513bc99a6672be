package ai.prismer.claw.cli.ops;

import ai.prismer.claw.api.rules.Defaulting;
import ai.prismer.claw.api.spec.OpsMode;
import ai.prismer.claw.api.status.Adjustment;
import ai.prismer.claw.api.status.Breaker;
import ai.prismer.claw.api.status.InFlight;
import ai.prismer.claw.api.status.SignalRecord;
import ai.prismer.claw.cli.output.Age;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.cli.output.Table;
import ai.prismer.claw.cli.resource.ClawSession;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Self-healing of one agent, laid out for a terminal. */
final class OpsScreen {
  private final Screen screen;
  private final Instant now;

  OpsScreen(Screen screen, Instant now) {
    this.screen = screen;
    this.now = now;
  }

  void show(OpsReport report) {
    head(report);
    adjustments(report);
    signals(report.status().recentSignals());
    history(report.history());
    scoreboard(report);
  }

  private void head(OpsReport report) {
    Budget budget = report.budget();
    screen.result(
        "healing    "
            + report.mode()
            + (report.paused() ? ", paused" : "")
            + "; the agent's own intents: "
            + Defaulting.agentIntents(report.claw().object().getSpec()));
    screen.result(
        "budget     "
            + budget.used()
            + " of "
            + budget.perHour()
            + " actions in the last hour"
            + budget.next().map(next -> "; the next comes back at " + next).orElse(""));
    screen.result("breaker    " + breaker(report.status().breaker(), report));
    screen.result("in flight  " + inFlight(report.status().inFlight()));
    var refusals = report.status().refusals();
    screen.result("refused    " + (refusals == null ? 0 : refusals.total()) + " intents so far");
  }

  private String breaker(@Nullable Breaker breaker, OpsReport report) {
    if (report.frozen() && breaker != null) {
      return "open for "
          + Age.of(breaker.openedAt(), now)
          + ": "
          + breaker.reason()
          + "; when the cause is gone: "
          + ClawSession.command("thaw", report.claw());
    }
    return breaker == null || breaker.thawedAt() == null
        ? "closed"
        : "closed; thawed "
            + Age.of(breaker.thawedAt(), now)
            + " ago by "
            + Objects.requireNonNullElse(breaker.thawedBy(), "somebody");
  }

  private String inFlight(@Nullable InFlight flight) {
    if (flight == null) {
      return "nothing";
    }
    String to = flight.params() == null ? "" : String.join(" ", flight.params().values());
    String change =
        flight.before() == null || to.isEmpty()
            ? " " + to
            : " from " + flight.before() + " to " + to;
    return flight.action()
        + change.stripTrailing()
        + ", "
        + flight.stage()
        + " for "
        + Age.of(
            flight.verifyingSince() == null ? flight.startedAt() : flight.verifyingSince(), now)
        + ", asked for by "
        + (flight.rule() == null ? flight.author() : "rule " + flight.rule());
  }

  private void adjustments(OpsReport report) {
    List<Adjustment> adjustments = report.status().adjustments();
    title("adjustments, layered over the spec");
    if (adjustments == null || adjustments.isEmpty()) {
      screen.result("none");
      return;
    }
    Table table = new Table("FIELD", "VALUE", "SINCE", "BY");
    adjustments.forEach(
        each -> table.row(each.field(), each.value(), Age.of(each.since(), now), each.by()));
    screen.result(table);
  }

  private void signals(@Nullable List<SignalRecord> signals) {
    title("signals that rules may still count");
    if (signals == null || signals.isEmpty()) {
      screen.result("none");
      return;
    }
    Table table = new Table("SIGNAL", "CONTAINER", "SEEN");
    signals.forEach(
        each -> table.row(each.type(), each.container(), Age.of(each.at(), now) + " ago"));
    screen.result(table);
  }

  private void history(List<Happening> history) {
    title("history");
    if (history.isEmpty()) {
      screen.result("nothing yet");
      return;
    }
    Table table = new Table("TIME", "RECEIPT", "WHAT", "BY", "RESULT");
    history.forEach(each ->
        table.row(
            each.time(),
            each.receipt() < 0 ? "" : each.receipt(),
            each.what(),
            each.by(),
            each.result()));
    screen.result(table);
  }

  private void scoreboard(OpsReport report) {
    Scoreboard scoreboard = report.scoreboard();
    if (report.mode() == OpsMode.Enforce && scoreboard.rows().isEmpty()) {
      return;
    }
    title("would have been done, and what happened instead");
    if (scoreboard.rows().isEmpty()) {
      screen.result("nothing would have been done yet");
      return;
    }
    Table table = new Table("TIME", "WOULD HAVE DONE", "BY", "SINCE THEN");
    scoreboard.rows().forEach(row -> table.row(row.time(), row.action(), row.by(), since(row)));
    screen.result(table);
    screen.result(
        "the signal came back after "
            + scoreboard.missed()
            + " of "
            + (scoreboard.missed() + scoreboard.needless())
            + " that rules asked for, and stayed away after "
            + scoreboard.needless());
  }

  private String since(Scoreboard.Row row) {
    if (row.returned() < 0) {
      return "no signal to compare with";
    }
    return row.returned() == 0
        ? "the signal has not come back for " + Age.of(row.time(), now)
        : "the signal came back "
            + (row.returned() == 1 ? "once" : row.returned() + " times")
            + ", last "
            + Age.of(row.last(), now)
            + " ago";
  }

  private void title(String title) {
    screen.result("");
    screen.result(title);
  }
}
