package ai.prismer.claw.bus.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventLoopTest {
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private final EventLoop loop;

  EventLoopTest() throws IOException {
    loop = new EventLoop(0, failure::complete);
  }

  @BeforeEach
  void start() {
    loop.start();
  }

  @AfterEach
  void close() throws IOException {
    loop.close();
    assertThat(failure).isNotDone();
  }

  @Test
  void whatIsCancelledLeavesNothingBehind() {
    int left =
        ask(() -> {
          for (int i = 0; i < 1000; i++) {
            loop.after(Duration.ofMinutes(10), () -> {}).cancel();
          }
          return loop.timers();
        });
    assertThat(left).isZero();
  }

  @Test
  void timersRunInTheOrderOfTheirTimesAndOfOneTimeInThatOfTheirMaking() {
    List<Integer> run = new ArrayList<>();
    CompletableFuture<Boolean> over = new CompletableFuture<>();
    loop.execute(() -> {
      loop.after(Duration.ofMillis(60), () -> over.complete(true));
      loop.after(Duration.ofMillis(40), () -> run.add(3));
      EventLoop.Timer dropped = loop.after(Duration.ofMillis(30), () -> run.add(0));
      loop.after(Duration.ofMillis(20), () -> run.add(1));
      loop.after(
          Duration.ofMillis(20),
          () -> {
            run.add(2);
            dropped.cancel();
          });
    });
    assertThat(over.join()).isTrue();
    assertThat(run).containsExactly(1, 2, 3);
  }

  @Test
  void aTimerThatHasRunMayBeCancelledAndOneMayCancelItself() {
    CompletableFuture<Integer> left = new CompletableFuture<>();
    loop.execute(() -> {
      List<EventLoop.Timer> own = new ArrayList<>();
      own.add(
          loop.after(
              Duration.ZERO,
              () -> {
                own.getFirst().cancel();
                left.complete(loop.timers());
              }));
    });
    assertThat(left.join()).isZero();
  }

  private <T> T ask(Supplier<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    loop.execute(() -> answer.complete(question.get()));
    return answer.join();
  }
}
