package ai.prismer.claw.bus.bridge;

import ai.prismer.claw.bus.router.Outgoing;
import java.io.IOException;

/** What is known of one run, from its events or from its status. One thread. */
final class HermesRun implements HttpTurnBridge.AnswerReader {
  /** Denies what the run asks leave for. */
  interface Denial {
    /**
     * Denies it.
     *
     * @param request its name; empty if it has none
     */
    void deny(String request) throws IOException;
  }

  private final Outgoing turn;
  private final BridgeEvents bus;
  private final Denial denial;
  private final StringBuilder pieces = new StringBuilder();
  private String output = "";
  private String failure = "";
  private boolean over;

  HermesRun(Outgoing turn, BridgeEvents bus, Denial denial) {
    this.turn = turn;
    this.bus = bus;
    this.denial = denial;
  }

  @Override
  public void event(JsonTree data) throws IOException {
    String name = data.get("event").text();
    switch (name) {
      case "message.delta" -> {
        String piece = data.get("delta").text();
        pieces.append(piece);
        bus.delta(turn, piece);
      }
      case "approval.request" -> denial.deny(data.get("request_id").text());
      default -> {
        // The end of a run is an event of the status that it ends with; the rest is tools.
        if (name.startsWith("run.")) {
          end(name.substring("run.".length()), data);
        }
      }
    }
  }

  /** The run as it answers when it is asked. */
  void status(JsonTree run) throws IOException {
    String status = run.get("status").text();
    if (status.equals("waiting_for_approval")) {
      denial.deny(run.get("approval").get("request_id").text());
    } else {
      end(status, run);
    }
  }

  private void end(String status, JsonTree data) {
    switch (status) {
      case "completed" -> {
        output = data.get("output").text();
        over = true;
      }
      case "failed" -> {
        String said = data.get("error").text();
        fail(said.isEmpty() ? "the run failed" : said);
      }
      case "cancelled" -> fail("the run was cancelled");
      case "interrupted" ->
          fail("the agent was restarted while it worked on this; part of it may be done");
      default -> {
        // It goes on.
      }
    }
  }

  private void fail(String reason) {
    failure = reason;
    over = true;
  }

  @Override
  public boolean isComplete() {
    return over;
  }

  @Override
  public String text() {
    return output.isEmpty() ? pieces.toString() : output;
  }

  @Override
  public String failure() {
    return failure;
  }
}
