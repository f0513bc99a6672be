package ai.prismer.claw.openclaw;

import ai.prismer.claw.openclaw.config.ConfigurationException;
import ai.prismer.claw.openclaw.config.Limits;
import ai.prismer.claw.openclaw.config.Settings;
import ai.prismer.claw.openclaw.config.TokenFile;
import ai.prismer.claw.openclaw.health.HealthServer;
import ai.prismer.claw.openclaw.health.Metrics;
import ai.prismer.claw.openclaw.model.ModelClient;
import ai.prismer.claw.openclaw.protocol.Identity;
import ai.prismer.claw.openclaw.protocol.Operators;
import ai.prismer.claw.openclaw.protocol.Reception;
import ai.prismer.claw.openclaw.session.SessionStore;
import ai.prismer.claw.openclaw.turn.Resumption;
import ai.prismer.claw.openclaw.turn.TurnListeners;
import ai.prismer.claw.openclaw.turn.TurnRunner;
import ai.prismer.claw.openclaw.turn.Turns;
import ai.prismer.claw.openclaw.websocket.CloseCode;
import ai.prismer.claw.openclaw.websocket.WebSocketServer;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The running gateway: everything put together, from start to stop. */
public final class AgentGateway implements AutoCloseable {
  private static final Logger LOG = System.getLogger(AgentGateway.class.getName());

  private final Limits limits;
  private final TokenFile token;
  private final ModelClient model;
  private final SessionStore store;
  private final Operators operators;
  private final Turns turns;
  private final WebSocketServer server;
  private final HealthServer health;
  private volatile boolean draining;

  /**
   * Where things are.
   *
   * @param address WebSocket address
   * @param healthAddress address of probes and metrics
   * @param tokenFile file with the token that clients present
   * @param sessions folder of the conversations
   */
  public record Places(
      InetSocketAddress address, InetSocketAddress healthAddress, Path tokenFile, Path sessions) {}

  /**
   * Starts, and returns when clients can connect.
   *
   * @throws ConfigurationException when there is no token, or a place cannot be used
   */
  public AgentGateway(Settings settings, Places places, Limits limits, String version)
      throws ConfigurationException {
    this.limits = limits;
    this.token = new TokenFile(places.tokenFile());
    if (!token.isPresent()) {
      throw new ConfigurationException("no token in " + places.tokenFile());
    }
    InstantSource clock = InstantSource.system();
    Metrics metrics = new Metrics();
    this.operators = new Operators(clock);
    this.store = open(places.sessions(), limits);
    this.model = new ModelClient(settings.endpoint(), limits.retryPause());
    TurnRunner runner =
        new TurnRunner(
            model,
            settings.systemPrompt(),
            limits,
            new TurnListeners(List.of(operators, metrics)),
            clock);
    this.turns = new Turns(store, runner, limits, clock);
    Identity identity = new Identity(version, UUID.randomUUID().toString());
    Reception reception =
        new Reception(
            identity,
            token,
            limits,
            turns,
            store,
            operators,
            clock,
            () -> UUID.randomUUID().toString());
    try {
      this.server = new WebSocketServer(places.address(), limits, reception, metrics);
      this.health =
          new HealthServer(places.healthAddress(), metrics, this::unhealthy, this::unready);
    } catch (IOException e) {
      throw new ConfigurationException(String.valueOf(e.getMessage()));
    }
    Thread.ofVirtual().name("resumption").start(new Resumption(store, turns, limits, clock)::run);
  }

  private static SessionStore open(Path folder, Limits limits) throws ConfigurationException {
    try {
      return new SessionStore(folder, limits.sessions());
    } catch (IOException e) {
      throw new ConfigurationException("cannot write to " + folder + ": " + e.getMessage());
    }
  }

  /** Where clients connect to. */
  public InetSocketAddress address() {
    return server.address();
  }

  /** Where probes and metrics are. */
  InetSocketAddress healthAddress() {
    return health.address();
  }

  /**
   * Stops: no more turns are begun, the running ones may end, clients are told, then everything is
   * closed.
   *
   * @return whether all turns ended by themselves
   */
  boolean stop() throws InterruptedException {
    draining = true;
    LOG.log(Level.INFO, () -> "stopping; turns running: " + turns.running());
    boolean complete = turns.drain(limits.drain());
    operators.announceShutdown("the gateway is being stopped");
    server.closeAll(CloseCode.SERVICE_RESTART, "service restart");
    release();
    LOG.log(Level.INFO, complete ? "stopped" : "stopped; turns were cut and will be resumed");
    return complete;
  }

  /** Closes everything at once; running turns are cut, for another process to resume. */
  @Override
  public void close() {
    try {
      turns.drain(Duration.ZERO);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    release();
  }

  private void release() {
    server.close();
    health.close();
    model.close();
    turns.close();
  }

  private Optional<String> unhealthy() {
    return server.accepting() ? Optional.empty() : Optional.of("no connections are accepted");
  }

  private Optional<String> unready() {
    if (draining) {
      return Optional.of("draining");
    }
    if (!token.isPresent()) {
      return Optional.of("no token");
    }
    try {
      store.probe();
    } catch (IOException e) {
      return Optional.of("the session volume cannot be written to");
    }
    return unhealthy();
  }
}
