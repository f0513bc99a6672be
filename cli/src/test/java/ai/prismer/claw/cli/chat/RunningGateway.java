package ai.prismer.claw.cli.chat;

import ai.prismer.claw.openclaw.AgentGateway;
import ai.prismer.claw.openclaw.config.Limits;
import ai.prismer.claw.openclaw.config.SettingsReader;
import ai.prismer.claw.testkit.model.Reply;
import ai.prismer.claw.testkit.model.ScriptedModel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The project's own gateway in this JVM, with a scripted model behind it. */
public final class RunningGateway implements AutoCloseable {
  /** What it wants to see. */
  public static final String TOKEN = "correct-horse-battery-staple";

  static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ScriptedModel model = ScriptedModel.start(Reply.text("Good day to you."));
  private final Path folder;
  private AgentGateway gateway;

  /** Starts it; its files lie in the folder. */
  public RunningGateway(Path folder) throws Exception {
    this.folder = folder;
    Files.writeString(folder.resolve("token"), TOKEN);
    this.gateway = start();
  }

  private AgentGateway start() throws Exception {
    Map<String, String> environment =
        Map.of(
            "OPENCLAW_MODEL", "gpt-x",
            "OPENAI_API_KEY", "sk-secret",
            "OPENAI_BASE_URL", model.openAiUrl().toString());
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return new AgentGateway(
        new SettingsReader(folder.resolve("config.json"), environment).read(),
        new AgentGateway.Places(any, any, folder.resolve("token"), folder.resolve("sessions")),
        Limits.defaults(),
        "1.2.3");
  }

  /** Ends it as if it had been killed, and starts another with the same files. */
  void restart() throws Exception {
    gateway.close();
    gateway = start();
  }

  /** The model. */
  public ScriptedModel model() {
    return model;
  }

  /** Where it listens, at the loopback interface. */
  public int port() {
    return gateway.address().getPort();
  }

  /** Itself, as an agent to talk to. */
  Conversation.Agent agent() {
    return new Conversation.Agent() {
      @Override
      public GatewayLink connect() {
        try {
          return GatewayLink.connect(
              URI.create("ws://127.0.0.1:" + port() + "/"), new Token(TOKEN), PATIENCE, () -> {});
        } catch (GatewayException refused) {
          throw new IllegalStateException(refused);
        }
      }

      @Override
      public String name() {
        return "talker";
      }

      @Override
      public String command(String verb) {
        return "kubectl claw " + verb + " talker";
      }
    };
  }

  @Override
  public void close() {
    gateway.close();
    model.close();
  }
}
