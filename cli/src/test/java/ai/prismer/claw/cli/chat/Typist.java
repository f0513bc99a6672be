package ai.prismer.claw.cli.chat;

import ai.prismer.claw.cli.output.Terminal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Somebody at a terminal who types these lines and then Ctrl-D, and Ctrl-C when a test says so. */
public final class Typist implements Terminal {
  private final Deque<String> lines;
  private final AtomicReference<@Nullable Runnable> interrupted = new AtomicReference<>();

  /** Types these, one at every prompt. */
  public Typist(String... lines) {
    this.lines = new ArrayDeque<>(List.of(lines));
  }

  @Override
  public boolean isThere() {
    return true;
  }

  @Override
  public Optional<String> line(String prompt) {
    return Optional.ofNullable(lines.poll());
  }

  @Override
  public Interruption onInterrupt(Runnable action) {
    interrupted.set(action);
    return () -> interrupted.set(null);
  }

  void pressControlC() {
    Runnable action = interrupted.getAndSet(null);
    if (action == null) {
      throw new IllegalStateException("nothing runs that Ctrl-C would stop");
    }
    action.run();
  }
}
