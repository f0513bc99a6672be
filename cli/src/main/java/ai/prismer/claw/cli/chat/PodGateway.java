package ai.prismer.claw.cli.chat;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.resource.ClawSession;
import ai.prismer.claw.cli.resource.Found;
import ai.prismer.claw.contract.Gateway;
import java.time.Duration;

/**
 * The gateway in an agent's pod. It is looked for at every connection anew: the pod that was talked
 * to may have been replaced, and the agent suspended.
 */
final class PodGateway implements Conversation.Agent {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ClawSession session;

  PodGateway(ClawSession session) {
    this.session = session;
  }

  @Override
  public String name() {
    return session.claw().name();
  }

  @Override
  public String command(String verb) {
    return session.command(verb);
  }

  @Override
  public GatewayLink connect() {
    Found<Claw> claw = session.look();
    String pod = TalkingPod.of(session.client(), claw);
    Token token = TokenSecret.read(session.client(), claw);
    Passage passage = Passage.open(session.client(), claw.namespace(), pod, Gateway.PORT);
    boolean connected = false;
    try {
      GatewayLink link = GatewayLink.connect(passage.address(), token, PATIENCE, passage::close);
      connected = true;
      return link;
    } catch (GatewayException refused) {
      throw explained(refused, pod, passage);
    } finally {
      if (!connected) {
        passage.close();
      }
    }
  }

  private CommandException explained(GatewayException refused, String pod, Passage passage) {
    if (refused.code().startsWith("AUTH_TOKEN")) {
      return CommandException.failed(
          "the gateway in pod "
              + pod
              + " does not take the token of Secret "
              + Gateway.tokenSecret(name()),
          "a new token reaches the pod within two minutes; after that: " + command("logs"));
    }
    if (!refused.code().isEmpty()) {
      return CommandException.failed(
          "the gateway in pod " + pod + " refuses: " + refused.text(), command("logs"));
    }
    return passage
        .refusal()
        .orElseGet(() ->
            CommandException.failed(
                "no gateway answers in pod " + pod + ": " + refused.text(), command("status")));
  }
}
