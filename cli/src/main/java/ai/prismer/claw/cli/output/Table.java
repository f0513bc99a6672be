package ai.prismer.claw.cli.output;

import ai.prismer.claw.gate.text.ForeignText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Rows in columns, two blanks between them. Each cell is made safe before it is measured. */
public final class Table {
  private static final int GAP = 2;

  private final List<List<String>> rows = new ArrayList<>();
  private final int columns;

  /** A table with these headings. */
  public Table(String... headings) {
    this.columns = headings.length;
    rows.add(List.of(headings));
  }

  /**
   * Adds a row; what is null or empty is shown as a dash.
   *
   * @throws IllegalArgumentException if there are not as many cells as headings
   */
  public Table row(@Nullable Object... cells) {
    if (cells.length != columns) {
      throw new IllegalArgumentException("a row has " + columns + " cells, not " + cells.length);
    }
    rows.add(Arrays.stream(cells).map(Table::cell).toList());
    return this;
  }

  /** Whether there is nothing below the headings. */
  public boolean isEmpty() {
    return rows.size() == 1;
  }

  /** The lines, without blanks at their ends. */
  public List<String> lines() {
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int column = 0; column < columns; column++) {
        widths[column] = Math.max(widths[column], width(row.get(column)));
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < row.size(); column++) {
      String cell = row.get(column);
      line.append(cell).repeat(" ", widths[column] - width(cell) + GAP);
    }
    return line.toString().stripTrailing();
  }

  private static String cell(@Nullable Object value) {
    String text = ForeignText.line(Objects.toString(value, ""));
    return text.isEmpty() ? "-" : text;
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
