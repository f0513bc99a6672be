package ai.prismer.claw.cli.ops;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.rules.Defaulting;
import ai.prismer.claw.api.spec.OpsMode;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.cli.resource.Found;
import ai.prismer.claw.cli.resource.Ops;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;

/**
 * All that {@code kubectl claw ops} shows.
 *
 * @param claw the Claw
 * @param status what its status says about self-healing
 * @param budget what this hour still allows
 * @param history the timeline, oldest first
 * @param scoreboard what would have been done; without rows where nothing was only observed
 */
record OpsReport(
    Found<Claw> claw,
    OpsStatus status,
    Budget budget,
    List<Happening> history,
    Scoreboard scoreboard) {

  static OpsReport of(Found<Claw> claw, List<ReceiptLine> receipts, Instant now) {
    OpsStatus status = Ops.of(claw.object());
    return new OpsReport(
        claw,
        status,
        Budget.of(claw.object(), now),
        Happening.timeline(status, receipts),
        Scoreboard.of(claw.object(), receipts));
  }

  OpsMode mode() {
    return Defaulting.opsMode(claw.object().getSpec());
  }

  boolean paused() {
    return Ops.isPaused(claw);
  }

  boolean frozen() {
    return Ops.isFrozen(claw.object());
  }

  /** For a machine; what the status holds is passed on as the server has it. */
  ObjectNode tree() {
    ObjectNode tree = Screen.object();
    tree.put("namespace", claw.namespace()).put("name", claw.name());
    tree.put("mode", mode().name());
    tree.put("agentIntents", Defaulting.agentIntents(claw.object().getSpec()).name());
    tree.put("paused", paused());
    tree.put("frozen", frozen());
    ObjectNode left = tree.putObject("budget");
    left.put("perHour", budget.perHour()).put("used", budget.used());
    budget.next().ifPresent(next -> left.put("next", next.toString()));
    var ops = claw.tree().at("/status/ops");
    for (String part :
        List.of("breaker", "inFlight", "adjustments", "recentSignals", "rules", "refusals")) {
      if (ops.has(part)) {
        tree.set(part, ops.get(part));
      }
    }
    ArrayNode lines = tree.putArray("history");
    for (Happening happening : history) {
      ObjectNode line =
          lines
              .addObject()
              .put("time", happening.time())
              .put("what", happening.what())
              .put("by", happening.by())
              .put("result", happening.result());
      if (happening.receipt() >= 0) {
        line.put("receipt", happening.receipt());
      }
    }
    if (!scoreboard.rows().isEmpty()) {
      tree.set("scoreboard", scoreboardTree());
    }
    return tree;
  }

  private ObjectNode scoreboardTree() {
    ObjectNode tree =
        Screen.object()
            .put("signalCameBack", scoreboard.missed())
            .put("signalStayedAway", scoreboard.needless());
    ArrayNode rows = tree.putArray("wouldHaveDone");
    for (Scoreboard.Row row : scoreboard.rows()) {
      ObjectNode line =
          rows.addObject().put("time", row.time()).put("action", row.action()).put("by", row.by());
      if (row.returned() >= 0) {
        line.put("signalCameBack", row.returned());
      }
      if (!row.last().isEmpty()) {
        line.put("lastSignal", row.last());
      }
    }
    return tree;
  }
}
