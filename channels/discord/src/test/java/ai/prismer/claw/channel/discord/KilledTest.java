package ai.prismer.claw.channel.discord;

import ai.prismer.claw.channel.fixture.ChatService;
import ai.prismer.claw.channel.fixture.KilledCase;
import ai.prismer.claw.testkit.discord.DiscordDouble;
import java.io.IOException;
import java.util.List;
import java.util.Map;

class KilledTest extends KilledCase {
  @Override
  protected ChatService service() throws IOException, InterruptedException {
    return new Service(DiscordDouble.start());
  }

  private record Service(DiscordDouble discord) implements ChatService {
    @Override
    public Map<String, String> environment() {
      return DiscordTest.environment(discord);
    }

    @Override
    public List<String> secrets() {
      return List.of(DiscordDouble.TOKEN);
    }

    @Override
    public String room() {
      return DiscordTest.ROOM;
    }

    @Override
    public void say(String text) {
      discord.say(room(), DiscordTest.ANNA, text);
    }

    @Override
    public List<String> answers() {
      return discord.answers(room());
    }

    @Override
    public boolean isListenedTo() {
      return discord.isReady();
    }

    @Override
    public void loseAnswer() {
      discord.lastMessage();
    }

    @Override
    public void offline(boolean away) {
      discord.offline(away, true);
    }

    @Override
    public void revoke() {
      discord.revoke();
    }

    @Override
    public String refusal() {
      return "refuses the token";
    }

    @Override
    public String absence() {
      return "Discord ";
    }

    @Override
    public void close() {
      discord.close();
    }
  }
}
