package ai.prismer.claw.cli.output;

import java.util.concurrent.CountDownLatch;

/** A program for {@link InterruptSignalTest} to interrupt. */
final class InterruptedProgram {
  private InterruptedProgram() {}

  /** Catches Ctrl-C and waits; with an argument, it has given it back before. */
  public static void main(String[] arguments) throws InterruptedException {
    Terminal.Interruption caught = InterruptSignal.caught(() -> System.out.println("stopped"));
    if (arguments.length > 0) {
      caught.close();
    }
    System.out.println("ready");
    new CountDownLatch(1).await();
  }
}
