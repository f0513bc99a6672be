package ai.prismer.claw.bus.journal;

import java.io.IOException;
import java.util.function.Consumer;

/** The one thread that touches the journal's files. */
final class WriterThread extends Thread {
  private final GroupCommit commits;
  private final Runnable onCommit;
  private final Consumer<Throwable> onFailure;

  WriterThread(GroupCommit commits, Runnable onCommit, Consumer<Throwable> onFailure) {
    super("journal");
    this.commits = commits;
    this.onCommit = onCommit;
    this.onFailure = onFailure;
  }

  @Override
  public void run() {
    try {
      boolean idle = false;
      while (commits.awaitWork(idle)) {
        idle = !commits.turn();
        if (!idle) {
          onCommit.run();
        }
      }
      commits.end();
    } catch (IOException | RuntimeException | Error failed) {
      onCommit.run();
      onFailure.accept(failed);
    } finally {
      commits.ended();
    }
  }

  /** Does nothing: an interrupt during a file call would close the file under the journal. */
  @Override
  public void interrupt() {}
}
