package ai.prismer.claw.cli.output;

import ai.prismer.claw.gate.text.ForeignText;
import java.io.PrintWriter;

/**
 * Foreign text that is shown piece by piece, as it comes. Its lines stay lines and a tab becomes
 * blanks; what else a terminal would act on is shown as an escape and not sent.
 *
 * <p>Each such character is taken by itself, so it does not matter where a sequence of them is cut.
 * Two things that must not be cut are held back until the next piece: the first half of a character
 * of two, and a carriage return, which is nothing before a line feed and an escape elsewhere.
 *
 * <p>Not thread-safe.
 */
public final class StreamedText {
  private static final String TAB = "    ";

  private final PrintWriter out;
  private String held = "";
  private boolean lineIsOpen;

  StreamedText(PrintWriter out) {
    this.out = out;
  }

  /** Shows a piece. */
  public void piece(String piece) {
    String text = held + piece;
    int end =
        text.isEmpty() || !isHalf(text.charAt(text.length() - 1))
            ? text.length()
            : text.length() - 1;
    held = text.substring(end);
    write(text.substring(0, end));
    out.flush();
  }

  /** Shows what was held back and ends the last line, unless nothing stands in it. */
  public void end() {
    write(held);
    held = "";
    if (lineIsOpen) {
      lineEnd();
    }
    out.flush();
  }

  private static boolean isHalf(char last) {
    return Character.isHighSurrogate(last) || last == '\r';
  }

  private void write(String text) {
    int from = 0;
    for (int at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      boolean returned = at > from && text.charAt(at - 1) == '\r';
      part(text.substring(from, returned ? at - 1 : at));
      lineEnd();
      from = at + 1;
    }
    part(text.substring(from));
  }

  private void part(String part) {
    if (!part.isEmpty()) {
      out.print(ForeignText.line(part.replace("\t", TAB)));
      lineIsOpen = true;
    }
  }

  private void lineEnd() {
    out.println();
    lineIsOpen = false;
  }
}
