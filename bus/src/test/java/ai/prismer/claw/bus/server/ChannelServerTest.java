package ai.prismer.claw.bus.server;

import static ai.prismer.claw.bus.BusFixture.ack;
import static ai.prismer.claw.bus.BusFixture.await;
import static ai.prismer.claw.bus.BusFixture.message;
import static ai.prismer.claw.bus.BusFixture.register;
import static ai.prismer.claw.bus.FrameRuntime.answer;
import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.bus.BusFixture;
import ai.prismer.claw.bus.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ChannelServerTest {
  private BusFixture bus;

  @BeforeEach
  void open(@TempDir Path folder) throws IOException {
    bus =
        new BusFixture(
            folder,
            ChannelSettings.of("slack"),
            ChannelSettings.of("team"),
            new ChannelSettings("hook", ChannelMode.INBOUND, 4, 64, 0.5, 0.25),
            new ChannelSettings("pager", ChannelMode.OUTBOUND, 1, 64, 0.5, 0.25));
  }

  @AfterEach
  void close() throws IOException {
    bus.close();
  }

  @Test
  void theSocketIsOpenToTheSidecarWhichIsAnotherUser(@TempDir Path own) throws Exception {
    try (BusFixture other = new BusFixture(own, ChannelSettings.of("web"))) {
      assertThat(Files.getPosixFilePermissions(own.resolve("channels/web/bus.sock")))
          .contains(PosixFilePermission.OTHERS_WRITE);
      assertThat(other.client("web")).isNotNull();
    }
  }

  @Test
  void aMessageIsAcknowledgedDeliveredAnsweredAndTheAnswerComesBackToItsChannel() throws Exception {
    Wire runtime = bus.runtime();
    Wire slack = bus.client("slack");
    Wire team = bus.client("team");
    slack.send(message("m1", "slack", "hello"));
    assertThat(slack.next("ack").payload()).containsEntry("ref", "m1");
    Wire.Frame question = runtime.next();
    assertThat(question.json()).isEqualTo(message("m1", "slack", "hello"));
    runtime.send(answer(question, "hi"));
    Wire.Frame reply = slack.next("message");
    assertThat(reply.envelope().correlationId()).isEqualTo("m1");
    assertThat(reply.payload()).containsEntry("text", "hi");
    slack.send(ack(reply));
    await(() -> owed("slack") == 0);
    assertThat(team.poll())
        .satisfiesAnyOf(
            none -> assertThat(none).isNull(),
            other -> assertThat(other.envelope().type()).isEqualTo("credit"));
  }

  @Test
  void aClientOfTheOriginalWorksUnchangedAndHearsNothingItDoesNotKnow() throws Exception {
    Wire runtime = bus.runtime();
    Wire slack = bus.originalClient("slack");
    slack.send(message("m1", "slack", "hello"));
    runtime.send(answer(runtime.next(), "hi"));
    Wire.Frame reply = slack.next();
    assertThat(reply.envelope().type()).isEqualTo("message");
    slack.send("{\"id\":\"hb\",\"type\":\"heartbeat\",\"channel\":\"slack\"}");
    assertThat(slack.next().payload()).containsEntry("ref", "hb");
    await(() -> owed("slack") == 0);
  }

  @Test
  void whatAFrameLacksIsAddedAndEveryOtherByteStaysAsItWas() throws Exception {
    Wire runtime = bus.runtime();
    Wire slack = bus.client("slack");
    slack.send("  {\"id\":\"m1\",\"type\":\"message\",\"odd\" : [1,{\"a\":null}],\"payload\":7}");
    Wire.Frame question = runtime.next();
    assertThat(question.json())
        .startsWith("{\"channel\":\"slack\",\"timestamp\":\"")
        .endsWith(
            "\",\"id\":\"m1\",\"type\":\"message\",\"odd\" : [1,{\"a\":null}],\"payload\":7}");
    assertThat(question.envelope().timestamp()).isNotNull();
  }

  @Test
  void aResendIsAcknowledgedAgainAndDeliveredOnceAlsoAcrossARestart() throws Exception {
    Wire runtime = bus.runtime();
    Wire slack = bus.client("slack");
    slack.send(message("m1", "slack", "one"));
    slack.next("ack");
    runtime.send(answer(runtime.next(), "hi"));
    slack.send(ack(slack.next("message")));
    await(() -> owed("slack") == 0);
    slack.send(message("m1", "slack", "one"));
    assertThat(slack.next("ack").payload()).containsEntry("ref", "m1");
    bus.restart();
    Wire next = bus.runtime();
    Wire again = bus.connect("slack");
    again.send(register("slack", "{\"protocol\":2}"));
    assertThat(again.next("ack").payload()).containsEntry("lastId", "m1");
    again.send(message("m1", "slack", "one"));
    assertThat(again.next("ack").payload()).containsEntry("ref", "m1");
    again.send(message("m2", "slack", "two"));
    again.next("ack");
    assertThat(next.next().envelope().id()).isEqualTo("m2");
  }

  @Test
  void aMessageAcceptedWhileTheRuntimeIsAwayIsDeliveredWhenItComesAndAnAnswerWhenTheChannelComes()
      throws Exception {
    Wire first = bus.runtime();
    first.close();
    Wire slack = bus.client("slack");
    slack.send(message("m1", "slack", "hello"));
    slack.next("ack");
    slack.close();
    Wire runtime = bus.runtime();
    runtime.send(answer(runtime.next(), "late"));
    await(() -> bus.bus().channels().getFirst().outbound().owed() == 1);
    Wire back = bus.client("slack");
    assertThat(back.next("message").payload()).containsEntry("text", "late");
  }

  @Test
  void aTurnThatLosesItsConnectionIsSentAgain() throws Exception {
    Wire runtime = bus.runtime();
    Wire slack = bus.client("slack");
    slack.send(message("m1", "slack", "hello"));
    runtime.next();
    runtime.close();
    Wire next = bus.runtime();
    Wire.Frame again = next.next();
    assertThat(again.envelope().id()).isEqualTo("m1");
    next.send(answer(again, "hi"));
    assertThat(slack.next("message").payload()).containsEntry("text", "hi");
  }

  @Test
  void anAnswerThatTheChannelRefusesIsTriedAgainAndInTheEndADeadLetter() throws Exception {
    Wire runtime = bus.runtime();
    Wire slack = bus.client("slack");
    slack.send(message("m1", "slack", "hello"));
    runtime.send(answer(runtime.next(), "hi"));
    for (int attempt = 1; attempt <= 5; attempt++) {
      String id = slack.next("message").envelope().id();
      slack.send(
          "{\"id\":\"n%d\",\"type\":\"nack\",\"correlationId\":\"%s\",\"payload\":{\"code\":\"rate\",\"retryable\":true}}"
              .formatted(attempt, id));
    }
    await(() -> bus.bus().journal().deadLetters().join().size() == 1);
    assertThat(bus.bus().journal().deadLetters().join().getFirst().reason()).contains("rate");
  }

  @Test
  void theSocketIsTheIdentityAndNotWhatTheClientSays() throws Exception {
    Wire liar = bus.connect("slack");
    liar.send(register("team", "{\"protocol\":2}"));
    assertThat(liar.next("nack").payload()).containsEntry("code", "wrong_channel");
    await(liar::hasEnded);
    Wire slack = bus.client("slack");
    slack.send(message("m1", "team", "for somebody else"));
    assertThat(slack.next("nack").payload())
        .containsEntry("code", "wrong_channel")
        .containsEntry("retryable", "false");
    slack.send(message("m2", "slack", "my own"));
    assertThat(slack.next("ack").payload()).containsEntry("ref", "m2");
  }

  @Test
  void aModeIsHeldByTheBusInBothDirections() throws Exception {
    Wire runtime = bus.runtime();
    Wire pager = bus.client("pager");
    pager.send(message("m1", "pager", "in"));
    assertThat(pager.next("nack").payload()).containsEntry("code", "mode");
    Wire hook = bus.client("hook");
    hook.send(message("m2", "hook", "in"));
    hook.next("ack");
    runtime.send(answer(runtime.next(), "nobody wants this"));
    await(() -> owed("hook") == 0);
    assertThat(bus.bus().ask(() -> bus.bus().runtime().refusals()).join()).containsKey("mode");
  }

  @Test
  void aRuntimeCannotSteerTheBusNorAnswerInAnotherChannel() throws Exception {
    Wire runtime = bus.runtime();
    Wire slack = bus.client("slack");
    Wire team = bus.client("team");
    slack.send(message("m1", "slack", "hello"));
    Wire.Frame question = runtime.next();
    runtime.send("{\"id\":\"x1\",\"type\":\"shutdown\",\"channel\":\"slack\"}");
    runtime.send("{\"id\":\"x2\",\"type\":\"stream.delta\",\"channel\":\"slack\"}");
    runtime.send(
        answer(question, "misdirected").replace("\"channel\":\"slack\"", "\"channel\":\"team\""));
    runtime.send("no JSON");
    runtime.send(answer(question, "hi"));
    assertThat(slack.next("message").payload()).containsEntry("text", "hi");
    assertThat(bus.bus().ask(() -> bus.bus().runtime().refusals()).join())
        .containsEntry("control", 2L)
        .containsEntry("wrong_channel", 1L)
        .containsEntry("malformed", 1L);
    assertThat(slack.hasEnded()).isFalse();
    assertThat(team.hasEnded()).isFalse();
  }

  @Test
  void aMalformedOrOversizedFrameIsRefusedAndTheOnesBehindItAreTaken() throws Exception {
    Wire slack = bus.client("slack");
    slack.send("{\"id\":\"m1\",\"id\":\"m2\",\"type\":\"message\"}");
    assertThat(slack.next("nack").payload()).containsEntry("code", "malformed");
    int huge = 16 * 1024 * 1024 + 1;
    slack.sendRaw(ByteBuffer.allocate(4).putInt(0, huge));
    ByteBuffer zeros = ByteBuffer.allocate(huge);
    slack.sendRaw(zeros);
    assertThat(slack.next("nack").payload()).containsEntry("code", "too_large");
    slack.send(message("m3", "slack", "still here"));
    assertThat(slack.next("ack").payload()).containsEntry("ref", "m3");
  }

  @Test
  void aStreamOutOfStepEndsItsOwnConnectionOnly() throws Exception {
    Wire team = bus.client("team");
    Wire slack = bus.client("slack");
    slack.sendRaw(ByteBuffer.allocate(4).putInt(0, -1));
    await(slack::hasEnded);
    team.send(message("m1", "team", "hello"));
    assertThat(team.next("ack").payload()).containsEntry("ref", "m1");
  }

  @Test
  void aFrameThatDoesNotFitIntoAPartGoesThroughTheDiskInBothDirections() throws Exception {
    Wire runtime = bus.runtime();
    Wire slack = bus.client("slack");
    String text = "x".repeat(3_000_000);
    slack.send(message("big", "slack", text));
    assertThat(slack.next("ack").payload()).containsEntry("ref", "big");
    Wire.Frame question = runtime.next();
    assertThat(question.json()).isEqualTo(message("big", "slack", text));
    String reply = answer(question, "y".repeat(2_000_000));
    runtime.send(reply);
    assertThat(slack.next("message").json()).isEqualTo(reply);
  }

  @Test
  void aLongFrameThatTurnsOutMalformedLeavesNothingBehind() throws Exception {
    Wire runtime = bus.runtime();
    Wire slack = bus.client("slack");
    slack.send(message("big", "slack", "x".repeat(1_000_000)) + "}");
    assertThat(slack.next("nack").payload()).containsEntry("code", "malformed");
    slack.send(message("m2", "slack", "next"));
    slack.next("ack");
    assertThat(runtime.next().envelope().id()).isEqualTo("m2");
    assertThat(bus.bus().journal().statistics().join().messages()).isEqualTo(1);
  }

  @Test
  void aClientThatLeavesInTheMiddleOfALongFrameBlocksNobody() throws Exception {
    Wire runtime = bus.runtime();
    Wire slack = bus.client("slack");
    String big = message("big", "slack", "x".repeat(1_000_000));
    ByteBuffer half = ByteBuffer.allocate(600_000).putInt(big.length());
    half.put(big.substring(0, 500_000).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    slack.sendRaw(half.flip());
    slack.close();
    Wire back = bus.client("slack");
    back.send(message("m2", "slack", "next"));
    assertThat(back.next("ack").payload()).containsEntry("ref", "m2");
    assertThat(runtime.next().envelope().id()).isEqualTo("m2");
  }

  @Test
  void whoNeverRegistersIsSentAway() throws Exception {
    Wire silent = bus.connect("slack");
    await(silent::hasEnded);
  }

  @Test
  void connectionsBeyondTheLimitAreTurnedAwayAndTheChannelGoesOn() throws Exception {
    Wire slack = bus.client("slack");
    List<Wire> crowd = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      crowd.add(bus.connect("slack"));
    }
    await(() -> crowd.stream().filter(Wire::hasEnded).count() >= 13);
    slack.send(message("m1", "slack", "hello"));
    assertThat(slack.next("ack").payload()).containsEntry("ref", "m1");
  }

  @Test
  void theNewerConnectionReplacesTheOlder() throws Exception {
    Wire older = bus.client("slack");
    Wire newer = bus.client("slack");
    await(older::hasEnded);
    newer.send(message("m1", "slack", "hello"));
    assertThat(newer.next("ack").payload()).containsEntry("ref", "m1");
  }

  @Test
  void creditsEndAtTheHighWatermarkComeBackAtTheLowAndAreWholeInTheEnd() throws Exception {
    Wire runtime = bus.runtime();
    Wire hook = bus.connect("hook");
    hook.send(register("hook", "{\"protocol\":2}"));
    hook.next("ack");
    int granted = 0;
    int sent = 0;
    boolean stopped;
    do {
      stopped = owed("hook") >= 32;
      granted += grantedSoFar(hook);
      stopped &= granted == sent;
      for (; sent < granted; sent++) {
        hook.send(message("m" + sent, "hook", "x"));
      }
    } while (!stopped);
    hook.send(message("beyond", "hook", "x"));
    Wire.Frame refusal = hook.next("nack");
    assertThat(refusal.payload())
        .containsEntry("code", "no_credit")
        .containsEntry("retryable", "true");
    for (int i = 0; i < sent; i++) {
      Wire.Frame question = runtime.next("message");
      runtime.send(
          "{\"id\":\"a%d\",\"type\":\"ack\",\"correlationId\":\"%s\",\"channel\":\"hook\"}"
              .formatted(i, question.envelope().id()));
    }
    while (granted - sent < 64) {
      granted += credit(hook.next("credit"));
    }
    assertThat(granted - sent).isEqualTo(64);
  }

  /** What was granted and not read yet: all that was sent before the answer to a question is. */
  private static int grantedSoFar(Wire wire) throws Exception {
    wire.send("{\"id\":\"hb\",\"type\":\"heartbeat\",\"channel\":\"hook\"}");
    int granted = 0;
    Wire.Frame frame = wire.next();
    while (!"hb".equals(frame.payload().get("ref"))) {
      granted += credit(frame);
      frame = wire.next();
    }
    return granted;
  }

  private static int credit(Wire.Frame frame) {
    return frame.envelope().type().equals("credit")
        ? Integer.parseInt(frame.payload().getOrDefault("messages", ""))
        : 0;
  }

  @Test
  void anOriginalsSocketIsNotReadAboveTheWatermarkHoweverSlowTheDiskAndNothingIsLost()
      throws Exception {
    Wire runtime = bus.runtime();
    Wire slack = bus.client("slack");
    Wire hook = bus.originalClient("hook");
    int messages = 100;
    int watermark = 32;
    bus.disk().hold(true);
    // Short enough that the kernel holds them all and the bus could have them with one read.
    for (int i = 0; i < messages; i++) {
      hook.send(message("m" + i, "hook", "x".repeat(200)));
    }
    await(() -> owed("hook") >= watermark);
    // Each answer is one more round in which the loop saw every socket.
    for (int i = 0; i < 3; i++) {
      slack.send("{\"id\":\"hb%d\",\"type\":\"heartbeat\",\"channel\":\"slack\"}".formatted(i));
      slack.next("ack");
    }
    assertThat(owed("hook")).isEqualTo(watermark);
    bus.disk().hold(false);
    for (int i = 0; i < messages; i++) {
      Wire.Frame question = runtime.next("message");
      assertThat(question.envelope().id()).isEqualTo("m" + i);
      assertThat(owed("hook")).isLessThanOrEqualTo(watermark);
      runtime.send(
          "{\"id\":\"a%d\",\"type\":\"ack\",\"correlationId\":\"%s\",\"channel\":\"hook\"}"
              .formatted(i, question.envelope().id()));
    }
    await(() -> owed("hook") == 0);
  }

  @Test
  void onAStopTheTurnsThatAreOutAreFinishedAndTheClientIsToldGoodBye() throws Exception {
    Wire runtime = bus.runtime();
    Wire slack = bus.client("slack");
    slack.send(message("m1", "slack", "hello"));
    slack.next("ack");
    Wire.Frame question = runtime.next();
    Thread stop =
        Thread.ofVirtual()
            .start(() -> {
              try {
                bus.bus().close();
              } catch (IOException failed) {
                throw new java.io.UncheckedIOException(failed);
              }
            });
    // The bus refuses from the moment it stops; until then it takes in.
    for (int i = 2; ; i++) {
      slack.send(message("m" + i, "slack", "more"));
      Wire.Frame said = slack.next();
      if (said.envelope().type().equals("nack")) {
        assertThat(said.payload()).containsEntry("code", "draining");
        break;
      }
    }
    runtime.send(answer(question, "hi"));
    Wire.Frame reply = slack.next("message");
    assertThat(reply.payload()).containsEntry("text", "hi");
    slack.send(ack(reply));
    slack.next("shutdown");
    stop.join();
    assertThat(bus.bus().journal().committed()).isPositive();
  }

  private long owed(String channel) {
    return bus.bus()
        .ask(() ->
            bus.bus().channels().stream()
                .filter(each -> each.settings().name().equals(channel))
                .mapToLong(each -> each.inbound().owed() + each.outbound().owed())
                .sum())
        .join();
  }
}
