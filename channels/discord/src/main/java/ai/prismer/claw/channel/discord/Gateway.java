package ai.prismer.claw.channel.discord;

import ai.prismer.claw.channel.Backoff;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import net.dv8tion.jda.api.JDA;
import net.dv8tion.jda.api.JDABuilder;
import net.dv8tion.jda.api.events.GenericEvent;
import net.dv8tion.jda.api.events.RawGatewayEvent;
import net.dv8tion.jda.api.events.StatusChangeEvent;
import net.dv8tion.jda.api.events.session.ReadyEvent;
import net.dv8tion.jda.api.events.session.SessionRecreateEvent;
import net.dv8tion.jda.api.events.session.SessionResumeEvent;
import net.dv8tion.jda.api.events.session.ShutdownEvent;
import net.dv8tion.jda.api.exceptions.InvalidTokenException;
import net.dv8tion.jda.api.hooks.EventListener;
import net.dv8tion.jda.api.requests.CloseCode;
import net.dv8tion.jda.api.requests.GatewayIntent;
import net.dv8tion.jda.api.requests.RestConfig;
import net.dv8tion.jda.api.utils.Compression;
import net.dv8tion.jda.api.utils.ConcurrentSessionController;
import net.dv8tion.jda.api.utils.data.DataObject;
import org.jspecify.annotations.Nullable;

/**
 * The thread that keeps JDA logged in. Within a session JDA itself identifies, beats, resumes and
 * connects again; here it is begun anew when it gives up. A wrong token, or a missing intent, is
 * said once and tried again every five minutes, because a person has to mend it.
 */
final class Gateway implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Gateway.class.getName());
  private static final Duration CREDENTIALS = Duration.ofMinutes(5);
  private static final String MESSAGE = "MESSAGE_CREATE";

  /** What is told of the connection. */
  interface Listener {
    /** Discord is there; what was said before this moment may not have been told of. */
    void connected();

    /** Discord's message object. */
    void message(DataObject message);
  }

  private final DiscordSettings settings;
  private final Listener listener;
  private final Backoff backoff;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile @Nullable JDA jda;
  private volatile @Nullable String problem = "not connected to Discord";
  private volatile @Nullable Login current;

  Gateway(DiscordSettings settings, Listener listener, Backoff backoff) {
    this.settings = settings;
    this.listener = listener;
    this.backoff = backoff;
  }

  void start() {
    Thread.ofPlatform().daemon().name("discord").start(this::run);
  }

  /** JDA once it has logged in, or null. */
  @Nullable JDA jda() {
    return jda;
  }

  /** Why there is no connection; null if there is one. */
  @Nullable String problem() {
    return problem;
  }

  private void run() {
    try {
      while (closing.getCount() > 0) {
        Login login = new Login();
        current = login;
        try {
          jda = builder().addEventListeners(login).build();
          login.built = true;
          if (closing.getCount() > 0) {
            login.over.await();
          }
        } catch (InvalidTokenException wrong) {
          login.refuse("Discord refuses the token: DISCORD_BOT_TOKEN of the channel's Secret");
        } catch (RuntimeException unreachable) {
          LOG.log(System.Logger.Level.DEBUG, "login", unreachable);
          unready("Discord cannot be reached");
        }
        current = null;
        end();
        Duration wait = login.refused ? CREDENTIALS : backoff.next();
        if (closing.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    }
  }

  private JDABuilder builder() {
    EnumSet<GatewayIntent> intents = EnumSet.noneOf(GatewayIntent.class);
    if (settings.common().takesIn()) {
      intents.add(GatewayIntent.GUILD_MESSAGES);
      intents.add(GatewayIntent.MESSAGE_CONTENT);
      if (settings.audience().directMessages()) {
        intents.add(GatewayIntent.DIRECT_MESSAGES);
      }
    }
    return JDABuilder.createLight(settings.token(), intents)
        .setRestConfig(new RestConfig().setBaseUrl(settings.api()))
        .setSessionController(new Sessions(settings.gateway()))
        .setRawEventsEnabled(true)
        .setCompression(Compression.NONE)
        .setEnableShutdownHook(false);
  }

  /** JDA's, with the address that was configured. */
  private static final class Sessions extends ConcurrentSessionController {
    private final String gateway;

    Sessions(String gateway) {
      this.gateway = gateway;
    }

    @Override
    public String getGateway() {
      return gateway;
    }
  }

  /** One life of JDA; what an earlier one still says does not count. */
  private final class Login implements EventListener {
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean refused;

    /** Before that JDA's end is said by the exception that it threw. */
    private volatile boolean built;

    @Override
    public void onEvent(GenericEvent event) {
      if (!this.equals(current)) {
        return;
      }
      switch (event) {
        case RawGatewayEvent raw when raw.getType().equals(MESSAGE) ->
            listener.message(raw.getPayload());
        case ReadyEvent _, SessionResumeEvent _, SessionRecreateEvent _ -> connected();
        case StatusChangeEvent change -> {
          if (change.getOldStatus() == JDA.Status.CONNECTED) {
            unready("the connection to Discord broke");
          }
        }
        case ShutdownEvent end -> {
          ended(end.getCloseCode());
          over.countDown();
        }
        default -> {}
      }
    }

    private void ended(@Nullable CloseCode code) {
      if (code == CloseCode.DISALLOWED_INTENTS) {
        refuse("Discord refuses the intents: switch on Message Content Intent on the bot's page");
      } else if (code == CloseCode.AUTHENTICATION_FAILED) {
        refuse("Discord refuses the token: DISCORD_BOT_TOKEN of the channel's Secret");
      } else if (built && !refused) {
        unready("Discord ended the session");
      }
    }

    private void refuse(String reason) {
      refused = true;
      unready(reason);
    }
  }

  private void connected() {
    backoff.reset();
    if (problem != null) {
      LOG.log(System.Logger.Level.INFO, "connected to Discord");
    }
    problem = null;
    listener.connected();
  }

  /** Said once, not at every attempt. */
  private void unready(String reason) {
    if (closing.getCount() > 0 && !reason.equals(problem)) {
      LOG.log(System.Logger.Level.WARNING, reason);
    }
    problem = reason;
  }

  private void end() {
    JDA running = jda;
    jda = null;
    if (running != null) {
      running.shutdownNow();
    }
  }

  /** Ends; messages can be posted until then. */
  @Override
  public void close() {
    closing.countDown();
    Login login = current;
    if (login != null) {
      login.over.countDown();
    }
  }
}
