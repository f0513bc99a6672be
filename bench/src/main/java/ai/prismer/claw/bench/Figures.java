package ai.prismer.claw.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a benchmark has measured, each figure with its target. */
public final class Figures {
  private final List<Figure> figures = new ArrayList<>();

  private record Figure(String name, double value, String unit, String relation, double target) {
    boolean met() {
      return Double.isNaN(target) || (relation.equals("<=") ? value <= target : value >= target);
    }
  }

  /** A figure that must not be above its target; printed at once. */
  public void atMost(double target, String name, double value, String unit) {
    add(new Figure(name, value, unit, "<=", target));
  }

  /** A figure that must not be below its target; printed at once. */
  public void atLeast(double target, String name, double value, String unit) {
    add(new Figure(name, value, unit, ">=", target));
  }

  /** A figure to know, without a target; printed at once. */
  public void known(String name, double value, String unit) {
    add(new Figure(name, value, unit, "", Double.NaN));
  }

  private void add(Figure figure) {
    figures.add(figure);
    System.out.printf(
        Locale.ROOT, "%-52s %9.2f %-4s%n", figure.name(), figure.value(), figure.unit());
  }

  /** Prints the table, then one JSON line; true when every target is met. */
  public boolean print() {
    System.out.println();
    for (Figure figure : figures) {
      if (Double.isNaN(figure.target())) {
        System.out.printf(
            Locale.ROOT, "%-52s %9.2f %-4s%n", figure.name(), figure.value(), figure.unit());
        continue;
      }
      System.out.printf(
          Locale.ROOT,
          "%-52s %9.2f %-4s target %s %.2f  %s%n",
          figure.name(),
          figure.value(),
          figure.unit(),
          figure.relation(),
          figure.target(),
          figure.met() ? "met" : "MISSED");
    }
    System.out.println(
        figures.stream()
            .map(figure -> String.format(Locale.ROOT, "\"%s\":%.3f", figure.name(), figure.value()))
            .reduce((left, right) -> left + "," + right)
            .map(all -> "{" + all + "}")
            .orElse("{}"));
    return figures.stream().allMatch(Figure::met);
  }
}
