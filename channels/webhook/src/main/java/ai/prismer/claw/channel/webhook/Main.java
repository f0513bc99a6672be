package ai.prismer.claw.channel.webhook;

import ai.prismer.claw.channel.vendor.SidecarProgram;
import java.time.InstantSource;

/** The process. */
public final class Main {
  private Main() {}

  /** See {@code --help}. */
  public static void main(String[] arguments) throws InterruptedException {
    // Before the server's classes are loaded: a request that drips is ended, and idle connections
    // are few.
    System.setProperty("sun.net.httpserver.maxReqTime", "30");
    System.setProperty("sun.net.httpserver.maxReqHeaders", "64");
    System.setProperty("jdk.httpserver.maxConnections", "512");
    // A piece of an answer is a write of its own; the second would wait for the caller's delayed
    // acknowledgement of the first, 40 ms.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    SidecarProgram.run(
        "webhook",
        SettingsReader.USAGE,
        arguments,
        environment ->
            WebhookChannel.start(new SettingsReader(environment).read(), InstantSource.system()));
  }
}
