package ai.prismer.claw.channel.discord;

import ai.prismer.claw.channel.Backoff;
import ai.prismer.claw.channel.vendor.Counters;
import ai.prismer.claw.channel.vendor.Question;
import ai.prismer.claw.channel.vendor.RunningChannel;
import ai.prismer.claw.channel.vendor.Sidecar;
import ai.prismer.claw.channel.vendor.VendorException;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import net.dv8tion.jda.api.utils.data.DataObject;

/** One Discord channel: the gateway on one side, the bus on the other. */
final class DiscordChannel implements RunningChannel, Gateway.Listener {
  private final boolean takesIn;
  private final Questions questions;
  private final Gateway gateway;
  private final Rest rest;
  private final DiscordHistory history;
  private final Sidecar sidecar;
  private volatile boolean draining;

  private DiscordChannel(DiscordSettings settings, InstantSource clock) throws IOException {
    this.takesIn = settings.common().takesIn();
    this.questions = new Questions(settings);
    this.gateway = new Gateway(settings, this, new Backoff(new SecureRandom()));
    this.rest = new Rest(gateway::jda);
    this.history = new DiscordHistory(settings, rest, questions);
    this.sidecar =
        Sidecar.start(
            settings.common(), new DiscordRoom(settings, rest), history, gateway::problem, clock);
  }

  /**
   * Begins to connect to both sides.
   *
   * @throws IOException when the port cannot be had
   */
  static DiscordChannel start(DiscordSettings settings, InstantSource clock) throws IOException {
    DiscordChannel channel = new DiscordChannel(settings, clock);
    channel.gateway.start();
    return channel;
  }

  @Override
  public void connected() {
    sidecar.catchUp().request();
  }

  @Override
  public void message(DataObject message) {
    if (!takesIn || draining) {
      return;
    }
    String id = message.getString("channel_id");
    String channel = message.isNull("guild_id") ? "D" + id : id;
    history.heard(channel);
    try {
      Question question = questions.of(channel, message, rest.self());
      if (question == null) {
        sidecar.counters().add(Counters.IGNORED);
        return;
      }
      // Discord is not told that it arrived; what the bus did not take is fetched.
      var _ = sidecar.intake().take(question);
    } catch (VendorException ending) {
      sidecar.catchUp().request();
    }
  }

  @Override
  public int port() {
    return sidecar.port();
  }

  /** Takes nothing in any more, delivers what is on its way, and ends. */
  @Override
  public void close() {
    draining = true;
    sidecar.close();
    gateway.close();
  }
}
