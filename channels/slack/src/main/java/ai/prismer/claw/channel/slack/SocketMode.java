package ai.prismer.claw.channel.slack;

import ai.prismer.claw.channel.Backoff;
import ai.prismer.claw.channel.vendor.VendorException;
import ai.prismer.claw.channel.vendor.VendorException.Kind;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The thread that keeps a connection of Socket Mode: one after the other, for ever, with a pause
 * that grows, and the next one greeted before the last is closed where Slack asks for that. A wrong
 * token is said once and tried again every five minutes, because a person has to mend it.
 */
final class SocketMode implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(SocketMode.class.getName());
  private static final Duration GREETING = Duration.ofSeconds(20);
  private static final Duration CREDENTIALS = Duration.ofMinutes(5);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What is told of the connection. */
  interface Listener {
    /** Slack is there; what was said before this moment may not have been told of. */
    void connected();

    /** An event; Slack is told that it arrived when {@code arrived} is run. */
    void event(JsonNode event, Runnable arrived);
  }

  private final SlackApi api;
  private final Listener listener;
  private final Backoff backoff;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile @Nullable Session current;
  private volatile @Nullable String problem = "not connected to Slack";
  private volatile int connections;
  private boolean sharedTold;

  SocketMode(SlackApi api, Listener listener, Backoff backoff) {
    this.api = api;
    this.listener = listener;
    this.backoff = backoff;
  }

  void start() {
    Thread.ofPlatform().daemon().name("slack").start(this::run);
  }

  /** Why there is no connection; null if there is one. */
  @Nullable String problem() {
    return problem;
  }

  /** Connections of the app that Slack knows of, as it said last. */
  int connections() {
    return connections;
  }

  private void run() {
    @Nullable Session last = null;
    try {
      while (closing.getCount() > 0) {
        Duration wait = backoff.next();
        try {
          last = open(last);
          if (last != null) {
            backoff.reset();
            if (last.awaitEnd()) {
              // Slack keeps the old one a few seconds for this.
              continue;
            }
            unready("the connection to Slack broke");
          }
        } catch (VendorException failed) {
          unready(said(failed));
          wait = wait(failed, wait);
        } catch (URISyntaxException noUrl) {
          unready("Slack gave no address to connect to");
        }
        end(last);
        last = null;
        if (closing.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    } finally {
      end(last);
      end(current);
    }
  }

  /** A connection that was greeted, in the place of the last one; null if it was not. */
  private @Nullable Session open(@Nullable Session last)
      throws VendorException, URISyntaxException, InterruptedException {
    // Before anything is heard: the agent must not read its own words.
    var _ = api.self();
    Session session = new Session(api.slack(), api.openConnection(), this::heard);
    current = session;
    if (!session.awaitGreeting(GREETING)) {
      unready("Slack does not greet");
      end(session);
      end(last);
      return null;
    }
    end(last);
    if (problem != null) {
      LOG.log(System.Logger.Level.INFO, "connected to Slack");
    }
    problem = null;
    listener.connected();
    return session;
  }

  private static void end(@Nullable Session session) {
    if (session != null) {
      session.close();
    }
  }

  private static String said(VendorException failed) {
    return failed.kind() == Kind.CREDENTIALS
        ? "Slack refuses the tokens: "
            + failed.code()
            + "; SLACK_BOT_TOKEN (xoxb-) and SLACK_APP_TOKEN (xapp-, connections:write) of the"
            + " channel's Secret must be of one app that is installed"
        : "Slack: " + failed.code();
  }

  private static Duration wait(VendorException failed, Duration otherwise) {
    return switch (failed.kind()) {
      case CREDENTIALS -> CREDENTIALS;
      case LATER -> failed.waitFor();
      case BROKEN, REFUSED, GONE -> otherwise;
    };
  }

  /** Said once, not at every attempt. */
  private void unready(String reason) {
    if (closing.getCount() > 0 && !reason.equals(problem)) {
      LOG.log(System.Logger.Level.WARNING, reason);
    }
    problem = reason;
  }

  private void heard(Session session, String text) {
    JsonNode message;
    try {
      message = JSON.readTree(text);
    } catch (JsonProcessingException noJson) {
      LOG.log(System.Logger.Level.DEBUG, "not JSON");
      return;
    }
    String type = message.path("type").asText();
    String envelope = message.path("envelope_id").asText();
    if (type.equals("hello")) {
      greeted(session, message.path("num_connections").asInt(1));
    } else if (type.equals("events_api")) {
      listener.event(message.path("payload").path("event"), () -> session.acknowledge(envelope));
    } else if (!envelope.isEmpty()) {
      // Commands and buttons: of other features of the app, which nobody here serves.
      session.acknowledge(envelope);
    }
  }

  private void greeted(Session session, int now) {
    connections = now;
    // While one connection takes another's place there are two, as Slack wants it.
    if (now > 2 && !sharedTold) {
      sharedTold = true;
      LOG.log(
          System.Logger.Level.WARNING,
          "{0} connections use this app token: Slack gives every message to one of them only, so"
              + " another sidecar or program takes some of this agent's",
          now);
    }
    session.greet();
  }

  @Override
  public void close() {
    closing.countDown();
    end(current);
  }
}
