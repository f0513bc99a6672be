package ai.prismer.claw.cli.escalation;

import ai.prismer.claw.cli.output.Age;
import ai.prismer.claw.cli.output.Screen;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Map;

/**
 * What a person sees before deciding: facts of the operator first, whole; then what a model wrote,
 * marked as such, every line of it behind a bar so that it cannot pass for a fact.
 */
final class FactsScreen {
  private final Screen screen;
  private final Instant now;

  FactsScreen(Screen screen, Instant now) {
    this.screen = screen;
    this.now = now;
  }

  void show(Facts facts) {
    line("claw", facts.claw() + " (uid " + facts.text("/spec/clawUid") + ")");
    line(
        "seen",
        facts.trigger()
            + " "
            + facts.text("/spec/trigger/count")
            + " times, first "
            + Age.of(facts.text("/spec/trigger/firstSeen"), now)
            + " ago, severity "
            + facts.severity());
    line("phase", facts.phase());
    line("deadline", facts.text("/status/deadline"));
    JsonNode measured = facts.escalation().at("/spec/metricSnapshot");
    for (Map.Entry<String, JsonNode> each : measured.properties()) {
      line(each.getKey(), each.getValue().asText());
    }
    quoted("what events said of its pods; anybody may write one", facts.events());
    line("proposed", facts.proposed().isEmpty() ? "nothing" : facts.proposed());
    line("digest", facts.digest());
    quoted("what the operator says", facts.text("/spec/trigger/message"));
    quoted(
        "what a model says; it may be wrong, or want to deceive", facts.text("/status/analysis"));
  }

  private void line(String name, String value) {
    if (!value.isEmpty()) {
      screen.result("%-10s %s".formatted(name, value));
    }
  }

  private void quoted(String title, String text) {
    if (!text.isBlank()) {
      screen.result(title + ":");
      text.lines().forEach(each -> screen.result("  | " + each));
    }
  }
}
