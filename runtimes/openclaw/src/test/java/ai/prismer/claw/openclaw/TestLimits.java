package ai.prismer.claw.openclaw;

import ai.prismer.claw.openclaw.config.Limits;
import java.time.Duration;

/** The gateway's limits, with those that a test is about made small. */
final class TestLimits {
  private final Limits standard = Limits.defaults();
  int connections = standard.connections();
  int strangers = standard.strangers();
  Duration authenticationTime = standard.authenticationTime();
  int sendBuffer = standard.sendBuffer();
  Duration tick = standard.tick();
  int turns = standard.turns();
  Duration turnTime = standard.turnTime();
  Duration silence = standard.silence();
  Duration retryPause = Duration.ofMillis(20);
  int message = standard.message();
  int reply = standard.reply();
  int window = standard.window();
  Duration drain = standard.drain();

  Limits build() {
    return new Limits(
        connections,
        strangers,
        authenticationTime,
        standard.strangerFrame(),
        standard.frame(),
        sendBuffer,
        tick,
        turns,
        turnTime,
        silence,
        retryPause,
        message,
        reply,
        window,
        standard.sessions(),
        drain);
  }
}
