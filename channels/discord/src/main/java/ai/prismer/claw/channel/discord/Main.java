package ai.prismer.claw.channel.discord;

import ai.prismer.claw.channel.vendor.SidecarProgram;
import java.time.InstantSource;

/** The process. */
public final class Main {
  private Main() {}

  /** See {@code --help}. */
  public static void main(String[] arguments) throws InterruptedException {
    SidecarProgram.run(
        "discord",
        DiscordSettings.USAGE,
        arguments,
        environment ->
            DiscordChannel.start(DiscordSettings.read(environment), InstantSource.system()));
  }
}
