package ai.prismer.claw.channel.slack;

import ai.prismer.claw.channel.vendor.SidecarProgram;
import java.time.InstantSource;

/** The process. */
public final class Main {
  private Main() {}

  /** See {@code --help}. */
  public static void main(String[] arguments) throws InterruptedException {
    SidecarProgram.run(
        "slack",
        SlackSettings.USAGE,
        arguments,
        environment -> SlackChannel.start(SlackSettings.read(environment), InstantSource.system()));
  }
}
