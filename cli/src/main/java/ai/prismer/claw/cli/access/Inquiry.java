package ai.prismer.claw.cli.access;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.cli.output.Screen;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Puts all questions, some at a time, and keeps what was allowed. */
final class Inquiry {
  private static final int AT_ONCE = 8;
  private static final int PROGRESS = 200;

  private final Authorizer authorizer;
  private final Screen screen;
  private final String claw;
  private final AtomicInteger asked = new AtomicInteger();

  /**
   * An inquiry.
   *
   * @param claw name of the Claw, the one object that is asked for by its name
   */
  Inquiry(Authorizer authorizer, Screen screen, String claw) {
    this.authorizer = authorizer;
    this.screen = screen;
    this.claw = claw;
  }

  /** How many questions were put. */
  int asked() {
    return asked.get();
  }

  /** What is allowed, in the order of the questions, each as wide as it is allowed. */
  List<Question> allowed(List<Question> questions) {
    List<Callable<List<Question>>> tasks = new ArrayList<>();
    for (Question question : questions) {
      if (authorizer.isWhole() || question.namespaced()) {
        tasks.add(() -> answer(question));
      }
    }
    List<Question> allowed = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(AT_ONCE)) {
      for (Future<List<Question>> answer : executor.invokeAll(tasks)) {
        allowed.addAll(answer.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KubernetesClientException refused) {
        throw refused;
      }
      throw new IllegalStateException(e.getCause());
    }
    return allowed;
  }

  private List<Question> answer(Question question) {
    if (isAllowed(question)) {
      Question everywhere = question.everywhere();
      return question.namespaced() && authorizer.isWhole() && isAllowed(everywhere)
          ? List.of(everywhere)
          : List.of(question);
    }
    // The role of an agent names its Claw; a question about any Claw is answered with no.
    Question own = question.only(claw);
    return question.group().equals(Keys.GROUP) && question.namespaced() && isAllowed(own)
        ? List.of(own)
        : List.of();
  }

  private boolean isAllowed(Question question) {
    int count = asked.incrementAndGet();
    if (count % PROGRESS == 0) {
      screen.note("asked " + count + " questions");
    }
    return authorizer.allows(question);
  }
}
