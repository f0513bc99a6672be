package ai.prismer.claw.bench.bus;

import java.util.concurrent.TimeUnit;

/** Processes of other people's servers, and the bus's, and how they end. */
final class Servers {
  private Servers() {}

  /** Asks it to end, and ends it if it does not. */
  static void end(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException hurry) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
