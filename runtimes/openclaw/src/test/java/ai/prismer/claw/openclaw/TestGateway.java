package ai.prismer.claw.openclaw;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.openclaw.config.Settings;
import ai.prismer.claw.openclaw.config.SettingsReader;
import ai.prismer.claw.testkit.gateway.GatewayClient;
import ai.prismer.claw.testkit.model.Reply;
import ai.prismer.claw.testkit.model.ScriptedModel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A gateway and a model that speak to each other and to the test over real sockets. */
final class TestGateway implements AutoCloseable {
  static final String TOKEN = "correct horse battery staple";
  static final String KEY = "sk-very-secret-key";
  static final Duration PATIENCE = Duration.ofSeconds(20);

  final ScriptedModel model = ScriptedModel.start(Reply.text("Good day to you."));
  final TestLimits limits = new TestLimits();
  final Map<String, String> environment = new HashMap<>();
  final Path folder;
  private final List<GatewayClient> clients = new ArrayList<>();
  private Optional<AgentGateway> running = Optional.empty();

  TestGateway(Path folder) throws Exception {
    this.folder = folder;
    Files.writeString(folder.resolve("token"), TOKEN + "\n");
    environment.put("OPENCLAW_MODEL", "claude-sonnet-4");
    environment.put("ANTHROPIC_API_KEY", KEY);
    environment.put("ANTHROPIC_BASE_URL", model.url().toString());
  }

  /** Speaks OpenAI's format to the model. */
  TestGateway openAi() {
    environment.clear();
    environment.put("OPENCLAW_MODEL", "gpt-x");
    environment.put("OPENAI_API_KEY", KEY);
    environment.put("OPENAI_BASE_URL", model.openAiUrl().toString());
    return this;
  }

  TestGateway start() throws Exception {
    Settings settings = new SettingsReader(folder.resolve("config.json"), environment).read();
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    AgentGateway.Places places =
        new AgentGateway.Places(any, any, folder.resolve("token"), folder.resolve("sessions"));
    running = Optional.of(new AgentGateway(settings, places, limits.build(), "1.2.3"));
    return this;
  }

  /** Lets the model answer only once the latch is counted down. */
  CountDownLatch holdAnswers(String text) {
    CountDownLatch release = new CountDownLatch(1);
    model.answer(request -> {
      try {
        assertThat(release.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return Reply.text(text);
    });
    return release;
  }

  /** Ends the gateway as if it had been killed, and starts another on the same folder. */
  TestGateway restart() throws Exception {
    gateway().close();
    return start();
  }

  AgentGateway gateway() {
    return running.orElseThrow();
  }

  URI url() {
    return URI.create("ws://127.0.0.1:" + gateway().address().getPort() + "/");
  }

  /** A client that has shown the token. */
  GatewayClient connect() {
    return remember(GatewayClient.connect(url(), TOKEN, PATIENCE));
  }

  /** A client that has shown nothing yet. */
  GatewayClient open(String pathAndQuery) {
    return remember(GatewayClient.open(url().resolve(pathAndQuery), PATIENCE));
  }

  private GatewayClient remember(GatewayClient client) {
    clients.add(client);
    return client;
  }

  /** GET from the health port. */
  HttpResponse<String> get(String path) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + gateway().healthAddress().getPort() + path);
      return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  /** The value of a series, 0 if it does not exist. */
  double metric(String series) throws Exception {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElse(0);
  }

  @Override
  public void close() {
    clients.forEach(GatewayClient::close);
    running.ifPresent(AgentGateway::close);
    model.close();
  }
}
