package ai.prismer.claw.cli.output;

import java.io.Console;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keyboard, standard input and Ctrl-C of this process. */
final class ProcessTerminal implements Terminal {
  private final @Nullable Console console;

  private ProcessTerminal(@Nullable Console console) {
    this.console = console;
  }

  // From JDK 22 to 24 there was always a console; with 25 it is null again where nobody is there.
  @SuppressWarnings("SystemConsoleNull")
  static ProcessTerminal open() {
    Console console = System.console();
    return new ProcessTerminal(console == null || !console.isTerminal() ? null : console);
  }

  @Override
  public boolean isThere() {
    return console != null;
  }

  @Override
  public Optional<String> line(String prompt) {
    if (console == null) {
      return NOBODY.line(prompt);
    }
    return Optional.ofNullable(console.readLine("%s", prompt));
  }

  @Override
  public InputStream piped() {
    return console == null ? System.in : InputStream.nullInputStream();
  }

  @Override
  public Interruption onInterrupt(Runnable action) {
    return InterruptSignal.caught(action);
  }
}
