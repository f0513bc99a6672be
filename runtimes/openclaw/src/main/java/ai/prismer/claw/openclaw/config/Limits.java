package ai.prismer.claw.openclaw.config;

import ai.prismer.claw.contract.Gateway;
import java.time.Duration;

/**
 * Every bound of the gateway in one place. They are fixed, not settings: together they keep the
 * heap below what the image is started with, whatever clients and the model do.
 *
 * @param connections open WebSockets; more are refused
 * @param strangers connections that have not authenticated yet; the oldest makes room
 * @param authenticationTime from accepting a connection to a valid token
 * @param strangerFrame bytes of a message before authentication, as OpenClaw has it
 * @param frame bytes of a message after it
 * @param sendBuffer bytes that wait for a slow client before it is dropped
 * @param tick interval of the {@code tick} event and of pings
 * @param turns turns that run at once
 * @param turnTime longest turn, from question to answer
 * @param silence longest wait for the next byte of the model
 * @param retryPause before the model is asked a second time where it names no time itself
 * @param message characters of one question
 * @param reply characters of one answer; a longer one is ended there
 * @param window characters of history sent to the model with a question
 * @param sessions conversations kept open; the least recently used is closed
 * @param drain how long running turns may take to end when the gateway is stopped
 */
public record Limits(
    int connections,
    int strangers,
    Duration authenticationTime,
    int strangerFrame,
    int frame,
    int sendBuffer,
    Duration tick,
    int turns,
    Duration turnTime,
    Duration silence,
    Duration retryPause,
    int message,
    int reply,
    int window,
    int sessions,
    Duration drain) {

  /** What the gateway runs with. */
  public static Limits defaults() {
    return new Limits(
        32,
        16,
        Duration.ofSeconds(10),
        64 * 1024,
        1024 * 1024,
        1024 * 1024,
        Duration.ofSeconds(30),
        8,
        Duration.ofMinutes(10),
        Duration.ofMinutes(2),
        Duration.ofMillis(500),
        Gateway.LONGEST_MESSAGE,
        256 * 1024,
        256 * 1024,
        64,
        Duration.ofSeconds(30));
  }
}
