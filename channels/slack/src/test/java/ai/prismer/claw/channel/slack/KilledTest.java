package ai.prismer.claw.channel.slack;

import ai.prismer.claw.channel.fixture.ChatService;
import ai.prismer.claw.channel.fixture.KilledCase;
import ai.prismer.claw.testkit.slack.SlackDouble;
import java.io.IOException;
import java.util.List;
import java.util.Map;

class KilledTest extends KilledCase {
  @Override
  protected ChatService service() throws IOException, InterruptedException {
    return new Service(SlackDouble.start());
  }

  private record Service(SlackDouble slack) implements ChatService {
    @Override
    public Map<String, String> environment() {
      return SlackTest.environment(slack);
    }

    @Override
    public List<String> secrets() {
      return List.of(SlackDouble.BOT_TOKEN, SlackDouble.APP_TOKEN);
    }

    @Override
    public String room() {
      return SlackTest.ROOM;
    }

    @Override
    public void say(String text) {
      slack.say(room(), SlackTest.ANNA, text, null);
    }

    @Override
    public List<String> answers() {
      return slack.answers(room());
    }

    @Override
    public boolean isListenedTo() {
      return slack.connections() == 1;
    }

    @Override
    public void loseAnswer() {
      slack.last("chat.postMessage");
    }

    @Override
    public void offline(boolean away) {
      slack.offline(away);
    }

    @Override
    public void revoke() {
      slack.revoke();
    }

    @Override
    public String refusal() {
      return "invalid_auth";
    }

    @Override
    public String absence() {
      return "Slack: ";
    }

    @Override
    public void close() {
      slack.close();
    }
  }
}
