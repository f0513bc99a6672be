package ai.prismer.claw.channel.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PostedAnswerTest {
  private final Blackboard room = new Blackboard();

  @Test
  void whatIsMissingIsPostedAndOnlyWhatDiffersIsEdited() throws Exception {
    PostedAnswer answer = answer(false);
    answer.find();
    answer.say(List.of("one", "tw"));
    answer.say(List.of("one", "two", "three"));
    assertThat(room.requests).containsExactly("post one", "post tw", "edit 1 two", "post three");
  }

  @Test
  void ofAnotherProcessesAnswerOnlyWhatIsMissingIsPosted() throws Exception {
    room.messages.add("on");
    PostedAnswer answer = answer(true);
    answer.find();
    answer.find();
    answer.say(List.of("one", "two"));
    assertThat(room.requests).containsExactly("find", "edit 0 one", "post two");
  }

  @Test
  void afterARequestThatMayHaveBeenDoneTheRoomIsAskedFirst() throws Exception {
    PostedAnswer answer = answer(false);
    room.messages.add("one");
    answer.doubt();
    answer.find();
    answer.say(List.of("one"));
    assertThat(room.requests).containsExactly("find", "edit 0 one");
  }

  @Test
  void whatSomebodyTookAwayIsPostedAnew() throws Exception {
    PostedAnswer answer = answer(false);
    answer.say(List.of("one"));
    answer.forget();
    answer.say(List.of("one"));
    assertThat(room.requests).containsExactly("post one", "post one");
  }

  private PostedAnswer answer(boolean uncertain) {
    return new PostedAnswer(
        room, new Counters(), new Destination("c", null, null), "c:1", Instant.EPOCH, uncertain);
  }

  /** A room with one answer in it; a message's id is its place in the list. */
  private static final class Blackboard implements Room {
    private final List<String> messages = new ArrayList<>();
    private final List<String> requests = new ArrayList<>();

    @Override
    public boolean serves(String channel) {
      return true;
    }

    @Override
    public Destination answerTo(Place question) {
      throw new UnsupportedOperationException("whoever posts knows where to");
    }

    @Override
    public int longestText() {
      return 100;
    }

    @Override
    public String post(Destination to, String key, int part, String text) {
      requests.add("post " + text);
      messages.add(text);
      return String.valueOf(messages.size() - 1);
    }

    @Override
    public void edit(Destination to, String message, String key, int part, String text) {
      requests.add("edit " + message + " " + text);
      messages.set(Integer.parseInt(message), text);
    }

    @Override
    public List<String> find(Destination to, String key, Instant since) {
      requests.add("find");
      List<String> ids = new ArrayList<>();
      for (int message = 0; message < messages.size(); message++) {
        ids.add(String.valueOf(message));
      }
      return ids;
    }
  }
}
