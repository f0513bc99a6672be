package ai.prismer.claw.bus.bridge;

import static ai.prismer.claw.bus.BusFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.bus.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The bridge against a runner that shares nothing with it but two files. */
class MailboxBridgeTest extends BridgeConformance {
  @Override
  StandIn standIn() throws IOException {
    return new NanoClawRunner(agent, folder.resolve("mailbox"));
  }

  @Override
  String afterKill() {
    return "-resp";
  }

  /** The runner begins anew what it was killed over. */
  @Override
  List<String> questionsAfterKill() {
    return List.of("hello", "hello", "next");
  }

  @Override
  boolean isConnectedTo() {
    return false;
  }

  private NanoClawRunner runner() {
    return (NanoClawRunner) runtime;
  }

  private boolean isUp() {
    return bus.bus().ask(() -> bus.bus().runtime().isUp()).join();
  }

  /** Whether the channel hears of no message until it has heard of nothing for a while. */
  private boolean saysNothing(int millis) throws Exception {
    Wire.Frame frame = slack.poll(millis);
    while (frame != null && !frame.envelope().type().equals("message")) {
      frame = slack.poll(millis);
    }
    return frame == null;
  }

  private String key() throws IOException {
    return runner().questions("id").getLast();
  }

  private String conversation() throws IOException {
    return runner().questions("thread_id").getLast();
  }

  @Test
  void anAnswerThatCameWhileTheBusWasAwayIsFound() throws Exception {
    CountDownLatch release = agent.holds("meanwhile");
    ask("m1", "t1", "hello");
    await(() -> !agent.turns.isEmpty());
    bus.bus().close();
    release.countDown();
    await(() -> runner().hasSaid("meanwhile"));
    bus.restart(bridge());
    slack = bus.client("slack");
    assertThat(answer().payload()).containsEntry("text", "meanwhile");
    assertThat(agent.turns).hasSize(1);
  }

  @Test
  void aQuestionThatTheRunnerHadNotTakenWhenBothWereKilledIsOneTurn() throws Exception {
    runner().kill();
    ask("m1", "t1", "hello");
    await(() -> runner().holds(1));
    bus.restart(bridge());
    slack = bus.client("slack");
    runner().start();
    assertThat(answer().envelope().id()).isEqualTo("m1-resp");
    assertThat(agent.turns).hasSize(1);
    assertThat(runner().questions("status")).containsExactly("completed");
  }

  @Test
  void aRunnerThatIsDoneBeforeItAnswersIsWaitedFor() throws Exception {
    runner().pushesOn = true;
    CountDownLatch release = agent.holds("thought it over");
    ask("m1", "t1", "hello");
    await(() -> !agent.turns.isEmpty());
    assertThat(saysNothing(500)).isTrue();
    release.countDown();
    assertThat(answer().payload()).containsEntry("text", "thought it over");
  }

  @Test
  void whatTheAgentSaysOnTheWayIsShownAndTheAnswerIsNotOverWhileAToolWorks() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    runner().pushesOn = true;
    agent.does((_, _) -> {
      runner().say(key(), "slack", conversation(), "On it.");
      runner().tools("Bash");
      release.await();
      runner().tools(null);
      return "Done.";
    });
    ask("m1", "t1", "hello");
    Wire.Frame piece = slack.next("stream.delta");
    assertThat(piece.payload()).containsEntry("text", "On it.");
    assertThat(saysNothing(500)).isTrue();
    release.countDown();
    assertThat(slack.next("message").payload()).containsEntry("text", "On it.\n\nDone.");
  }

  @Test
  void whatComesAfterTheAnswerIsAMessageOfItsOwnInTheSameThread() throws Exception {
    ask("m1", "t1", "hello");
    answer();
    runner().say(key(), "slack", conversation(), "One more thing.");
    Wire.Frame late = answer();
    assertThat(late.payload()).containsEntry("text", "One more thing.");
    assertThat(late.payload()).containsEntry("thread", "t1");
    assertThat(late.envelope().correlationId()).isEqualTo("m1");
    bus.restart(bridge());
    slack = bus.client("slack");
    ask("m2", "t1", "again");
    assertThat(answer().envelope().id()).as("nothing is told twice").isEqualTo("m2-resp");
  }

  @Test
  void whatNobodyAskedForGoesToTheConversationThatItNamesAndToNoOther() throws Exception {
    ask("m1", "t1", "hello");
    answer();
    CountDownLatch release = agent.holds("second");
    ask("m2", "t2", "elsewhere");
    await(() -> agent.turns.size() == 2);
    runner().say(null, "slack", runner().questions("thread_id").getFirst(), "Your tea is ready.");
    runner().say(null, "nowhere", null, "For nobody.");
    Wire.Frame reminder = answer();
    assertThat(reminder.payload()).containsEntry("text", "Your tea is ready.");
    assertThat(reminder.payload()).containsEntry("thread", "t1");
    assertThat(reminder.envelope().correlationId()).isNull();
    release.countDown();
    assertThat(answer().payload()).containsEntry("text", "second");
  }

  @Test
  void aRunnerThatNamesAnEarlierQuestionOfTheConversationAnswersTheOneThatIsOut() throws Exception {
    ask("m1", "t1", "hello");
    answer();
    agent.does((_, _) -> {
      runner().say(runner().questions("id").getFirst(), "slack", conversation(), "From before.");
      return "";
    });
    ask("m2", "t1", "and now?");
    Wire.Frame answer = answer();
    assertThat(answer.envelope().id()).isEqualTo("m2-resp");
    assertThat(answer.payload()).containsEntry("text", "From before.");
  }

  @Test
  void aTurnThatLastsTooLongCannotBeEndedAndIsAnsweredWhenItIsOver() throws Exception {
    bus.close();
    startBus(Duration.ofSeconds(1));
    CountDownLatch release = agent.holds("at last");
    ask("m1", "t1", "hello");
    await(() -> !agent.turns.isEmpty());
    assertThat(saysNothing(2500)).isTrue();
    release.countDown();
    assertThat(answer().payload()).containsEntry("text", "at last");
    assertThat(agent.turns).hasSize(1);
  }

  @Test
  void aCommandOfTheRunnerIsNotPassedOn() throws Exception {
    ask("m1", "t1", "/clear");
    Wire.Frame told = answer();
    assertThat(told.envelope().id()).isEqualTo("m1-err");
    assertThat(told.payload().get("reason")).contains("begin with /");
    ask("m2", "t1", "/etc/hosts looks odd");
    assertThat(answer().envelope().id()).isEqualTo("m2-resp");
    assertThat(agent.turns).hasSize(1);
  }

  @Test
  void rowsThatAreNoMessagesAndOnesThatAreTooLongHoldNobodyUp() throws Exception {
    ask("m1", "t1", "hello");
    answer();
    runner().write(key(), "slack", conversation(), "{\"text\":");
    runner().write(key(), "slack", conversation(), "[".repeat(100_000));
    runner().write(key(), "slack", conversation(), "{\"operation\":\"edit\",\"text\":\"x\"}");
    runner().write("x".repeat(100_000), "slack", conversation(), "{\"text\":\"whose\"}");
    runner().writeLong(key(), "slack", conversation());
    Wire.Frame late = answer();
    assertThat(late.payload().get("text")).contains("longer than can be passed on");
    ask("m2", "t1", "and you?");
    assertThat(answer().envelope().id()).isEqualTo("m2-resp");
  }

  @Test
  void aFileThatIsLockedIsWaitedForAndCostsNoAttempt() throws Exception {
    CountDownLatch release = agent.holds("unlocked");
    ask("m1", "t1", "hello");
    await(() -> !agent.turns.isEmpty());
    try (Sqlite out = runner().openOutbound()) {
      out.run("BEGIN EXCLUSIVE");
      // Longer than a look waits for a lock, and each sign of life asks for a look.
      Awaitility.await()
          .during(Duration.ofSeconds(1))
          .pollInterval(Duration.ofMillis(50))
          .until(() -> {
            runner().beat();
            return isUp();
          });
      out.run("COMMIT");
    }
    release.countDown();
    assertThat(answer().payload()).containsEntry("text", "unlocked");
    assertThat(isUp()).isTrue();
  }

  @Test
  void aFileOfGarbageOrALinkInItsPlaceHarmsOnlyTheRunner() throws Exception {
    ask("m1", "t1", "hello");
    answer();
    runner().kill();
    Path good = Files.copy(runner().outbound(), folder.resolve("good.db"));
    Path secret = Files.writeString(folder.resolve("secret"), "of the bus".repeat(1000));
    Path garbage = Files.writeString(folder.resolve("garbage"), "garbage".repeat(10_000));
    Path link = Files.createSymbolicLink(folder.resolve("link"), secret);
    for (Path bad : List.of(garbage, link)) {
      Files.move(bad, runner().outbound(), StandardCopyOption.REPLACE_EXISTING);
      await(() -> !isUp());
      Files.copy(good, folder.resolve("copy.db"));
      Files.move(
          folder.resolve("copy.db"), runner().outbound(), StandardCopyOption.REPLACE_EXISTING);
      await(this::isUp);
    }
    assertThat(secret).hasContent("of the bus".repeat(1000));
    runner().start();
    ask("m2", "t1", "and you?");
    assertThat(answer().envelope().id()).isEqualTo("m2-resp");
  }

  @Test
  void whatTheRunnerHadBegunIsTakenBackByTheRunnerAndNotByTheBus() throws Exception {
    runner().kill();
    Path journal = runner().outbound().resolveSibling("outbound.db-journal");
    Path db = folder.resolve("torn.db");
    Path torn = folder.resolve("torn.db-journal");
    try (Sqlite out = runner().openOutbound()) {
      out.run("PRAGMA cache_size=1");
      out.run("BEGIN");
      for (int i = 0; i < 50; i++) {
        out.run(
            "INSERT INTO messages_out (id, timestamp, kind, content) VALUES (?, '', 'chat', ?)",
            "torn-" + i,
            "{\"text\":\"" + "x".repeat(20_000) + "\"}");
      }
      Files.copy(runner().outbound(), db);
      Files.copy(journal, torn);
      out.run("ROLLBACK");
    }
    Files.move(torn, journal);
    Files.move(db, runner().outbound(), StandardCopyOption.REPLACE_EXISTING);
    long size = Files.size(journal);
    ask("m1", "t1", "hello");
    slack.next("ack");
    await(() -> !isUp());
    assertThat(Files.size(journal)).isEqualTo(size);
    runner().start();
    assertThat(answer().payload()).containsEntry("text", "Good day to you.");
    assertThat(journal).doesNotExist();
  }

  @Test
  void theFilesAreForTheOtherUsersOfThePodAsTheyHaveToBe() throws Exception {
    Path inbound = folder.resolve("mailbox/inbound/inbound.db");
    await(() -> Files.exists(runner().outbound(), LinkOption.NOFOLLOW_LINKS));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(inbound)))
        .isEqualTo("rw-r--r--");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(runner().outbound())))
        .isEqualTo("rw-rw-r--");
    assertThat(folder.resolve("mailbox/workspace").toFile().list())
        .containsExactlyInAnyOrder("outbound.db");
  }
}
