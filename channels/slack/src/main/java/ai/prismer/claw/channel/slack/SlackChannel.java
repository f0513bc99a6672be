package ai.prismer.claw.channel.slack;

import ai.prismer.claw.channel.Backoff;
import ai.prismer.claw.channel.vendor.Counters;
import ai.prismer.claw.channel.vendor.Intake;
import ai.prismer.claw.channel.vendor.Question;
import ai.prismer.claw.channel.vendor.RunningChannel;
import ai.prismer.claw.channel.vendor.Sidecar;
import ai.prismer.claw.channel.vendor.VendorException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One Slack channel: Socket Mode on one side, the bus on the other. */
final class SlackChannel implements RunningChannel, SocketMode.Listener {
  private static final Set<String> MESSAGES = Set.of("message", "app_mention");

  private final SlackApi api;
  private final Questions questions;
  private final Sidecar sidecar;
  private final @Nullable SocketMode socket;

  private SlackChannel(SlackSettings settings, InstantSource clock) throws IOException {
    this.api = new SlackApi(settings);
    this.questions = new Questions(settings);
    this.socket =
        settings.common().takesIn()
            ? new SocketMode(api, this, new Backoff(new SecureRandom()))
            : null;
    this.sidecar =
        Sidecar.start(
            settings.common(),
            new SlackRoom(settings, api),
            new SlackHistory(settings, api, questions),
            () -> socket == null ? null : socket.problem(),
            clock);
  }

  /**
   * Begins to connect to both sides.
   *
   * @throws IOException when the port cannot be had
   */
  static SlackChannel start(SlackSettings settings, InstantSource clock) throws IOException {
    SlackChannel channel = new SlackChannel(settings, clock);
    SocketMode socket = channel.socket;
    if (socket != null) {
      channel
          .sidecar
          .counters()
          .gauge(
              "claw_channel_app_connections",
              "Connections that use the app token, as Slack said last.",
              socket::connections);
      socket.start();
    }
    return channel;
  }

  @Override
  public void connected() {
    sidecar.catchUp().request();
  }

  @Override
  public void event(JsonNode event, Runnable arrived) {
    Question question = null;
    if (MESSAGES.contains(event.path("type").asText())) {
      try {
        question = questions.of(SlackMessage.of(event), api.self());
      } catch (VendorException unknown) {
        // Not acknowledged: Slack tells of it again.
        return;
      }
    }
    if (question == null) {
      sidecar.counters().add(Counters.IGNORED);
      arrived.run();
      return;
    }
    // Slack is told when the message is on the bus's disk, and not when it is not.
    var _ =
        sidecar
            .intake()
            .take(question)
            .whenComplete((_, failed) -> {
              if (Intake.isSettled(failed)) {
                arrived.run();
              }
            });
  }

  @Override
  public int port() {
    return sidecar.port();
  }

  /** Takes nothing in any more, delivers what is on its way, and ends. */
  @Override
  public void close() {
    sidecar.drain();
    if (socket != null) {
      socket.close();
    }
    sidecar.close();
    api.close();
  }
}
