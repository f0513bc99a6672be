package ai.prismer.claw.channel.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.testkit.model.Reply;
import ai.prismer.claw.testkit.model.ScriptedModel;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole way of a message, program by program: HTTP, sidecar, bus, gateway, model, and back; in
 * peace, and while each of the programs is killed in turn.
 */
@Timeout(400)
class TalkTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int ROUNDS = Integer.getInteger("talk.rounds", 10);

  /** Callers at a time, each of a thread of its own. */
  private static final int CALLERS = 3;

  @TempDir private Path folder;
  private final TalkLedger ledger = new TalkLedger();
  private final AtomicInteger number = new AtomicInteger();
  private final ScriptedModel model = ScriptedModel.start(Reply.text("unused"));
  private HttpServer receiver;
  private Programs programs;
  private volatile boolean asking = true;

  @BeforeEach
  void start() throws IOException {
    model.answer(request -> {
      String asked = request.transcript().getLast().replaceFirst("^user: ", "");
      return Reply.text("answer to " + asked, Duration.ofMillis(20));
    });
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          JsonNode payload = JSON.readTree(exchange.getRequestBody().readAllBytes());
          ledger.answered(
              exchange.getRequestHeaders().getFirst("X-Correlation-Id"),
              exchange.getRequestHeaders().getFirst("Idempotency-Key"),
              payload.path("text").asText());
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    receiver.start();
    programs =
        new Programs(
            folder,
            model.openAiUrl(),
            URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/"));
    programs.startAll();
    for (int port : new int[] {programs.hookPort(), programs.pushPort()}) {
      Caller caller = new Caller(port);
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(() -> caller.get("readyz").statusCode() == 200);
    }
  }

  @AfterEach
  void end() {
    programs.close();
    receiver.stop(0);
    model.close();
  }

  @Test
  void aQuestionIsAnsweredInPiecesInTheResponseAndByCallback() throws Exception {
    Caller hook = new Caller(programs.hookPort());
    String events = hook.ask(Caller.text("q-1"), Map.of("Accept", "text/event-stream")).body();
    List<String> names = events.lines().filter(line -> line.startsWith("event: ")).toList();
    assertThat(names).startsWith("event: accepted", "event: delta").endsWith("event: answer");
    assertThat(pieces(events)).isEqualTo("answer to q-1");

    HttpResponse<String> answer = hook.ask(Caller.text("q-2"), Map.of("Prefer", "wait=60"));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(Caller.json(answer).path("text").asText()).isEqualTo("answer to q-2");

    Caller push = new Caller(programs.pushPort());
    assertThat(push.ask(Caller.text("q-3"), Map.of("Idempotency-Key", "q-3")).statusCode())
        .isEqualTo(202);
    await().atMost(PATIENCE).until(() -> ledger.isAnswered("q-3"));
    assertThat(ledger.wrong()).isEmpty();
    for (String name : List.of(Programs.HOOK, Programs.PUSH, Programs.BUS, Programs.GATEWAY)) {
      System.out.printf("resident %s: %d KiB%n", name, programs.residentKib(name));
      assertThat(programs.stop(name)).as(name).isZero();
    }
  }

  private static String pieces(String events) throws IOException {
    StringBuilder text = new StringBuilder();
    boolean delta = false;
    for (String line : events.lines().toList()) {
      if (line.startsWith("event: ")) {
        delta = line.equals("event: delta");
      } else if (delta && line.startsWith("data: ")) {
        text.append(JSON.readTree(line.substring(6)).path("text").asText());
      }
    }
    return text.toString();
  }

  @Test
  @Tag("long")
  void whateverIsKilledNothingAcceptedIsLostAndNothingIsAnsweredTwice() throws Exception {
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      callers.add(Thread.ofVirtual().start(this::talkToHook));
      callers.add(Thread.ofVirtual().start(this::talkToPush));
    }
    List<String> victims = programs.names();
    for (int round = 0; round < ROUNDS; round++) {
      // Something has to be on its way, and something has to have come through since the last kill.
      int before = ledger.answered();
      await().atMost(PATIENCE).until(() -> ledger.answered() >= before + 2 * CALLERS);
      programs.kill(victims.get(round % victims.size()));
    }
    asking = false;
    for (Thread caller : callers) {
      caller.join(PATIENCE);
    }
    await().atMost(PATIENCE).until(() -> ledger.lost().isEmpty());
    System.out.printf(
        "talk: kills=%d accepted=%d answered=%d lost=0 repeats=%d asked of the model=%d%n",
        ROUNDS, ledger.accepted(), ledger.answered(), ledger.repeats(), model.requests().size());
    assertThat(ledger.wrong()).isEmpty();
    assertThat(ledger.accepted()).isGreaterThan(2 * CALLERS * ROUNDS);
  }

  /** Asks and waits for the answer, as often as it takes; the key makes it one question. */
  private void talkToHook() {
    Caller caller = new Caller(programs.hookPort());
    while (asking) {
      String question = "q-" + number.incrementAndGet();
      boolean answered = false;
      while (!answered) {
        answered = askHook(caller, question);
      }
    }
  }

  private boolean askHook(Caller caller, String question) {
    try {
      HttpResponse<String> answer =
          ledger.isAccepted(question)
              ? caller.fetch(question)
              : caller.ask(
                  Caller.text(question), Map.of("Idempotency-Key", question, "Prefer", "wait=5"));
      JsonNode body = Caller.json(answer);
      if (answer.statusCode() == 202) {
        ledger.accepted(question);
      } else if (answer.statusCode() == 200) {
        ledger.accepted(question);
        ledger.answered(question, body.path("answerId").asText(), body.path("text").asText());
        return true;
      }
      pause();
    } catch (IOException killed) {
      pause();
    } catch (InterruptedException ending) {
      return true;
    }
    return false;
  }

  /** Asks until it is accepted; the answer is posted. */
  private void talkToPush() {
    Caller caller = new Caller(programs.pushPort());
    while (asking) {
      String question = "q-" + number.incrementAndGet();
      while (!ledger.isAccepted(question)) {
        try {
          HttpResponse<String> answer =
              caller.ask(Caller.text(question), Map.of("Idempotency-Key", question));
          if (answer.statusCode() == 202) {
            ledger.accepted(question);
          } else {
            pause();
          }
        } catch (IOException killed) {
          pause();
        } catch (InterruptedException ending) {
          return;
        }
      }
      while (asking && !ledger.isAnswered(question)) {
        pause();
      }
    }
  }

  private static void pause() {
    java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
  }
}
