package ai.prismer.claw.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.Closeable;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.awaitility.Awaitility;

/**
 * An agent behind two webhooks in its pod: answers of one are fetched, those of the other posted.
 */
final class Talker implements Closeable {
  /** In the order in which they are killed. */
  private static final List<String> CONTAINERS =
      List.of("ipc-bus", "channel-web", "runtime", "channel-push");

  /** Pods that are replaced at a time: of many agents that start at once none starts in time. */
  private static final Semaphore REPLACED = new Semaphore(2);

  /** Of each kind. */
  private static final int PEOPLE = 2;

  private final WebhookAgent agent;
  private final Ledger ledger;
  private final Webhook web;
  private final Webhook push;

  /**
   * Makes it; returns when it is ready.
   *
   * @param postedTo address that its answers are posted to
   * @param subject what it is
   */
  Talker(String name, Ledger ledger, String postedTo, Subject subject) throws IOException {
    this.ledger = ledger;
    agent = new WebhookAgent(name);
    agent.prepare();
    agent.model().answer(subject::reply);
    web = agent.channel("web", "{}");
    push =
        agent.channel(
            "push",
            "{listenPort: 8081, targetURL: \"%s\", allowPrivateTargets: true}".formatted(postedTo));
    agent.start(subject.spec(agent.model()) + "ops: {verifyWindow: 30s}\n");
  }

  WebhookAgent agent() {
    return agent;
  }

  Webhook web() {
    return web;
  }

  Webhook push() {
    return push;
  }

  /**
   * Has its pod replaced and then its containers killed in turn, while people talk to it.
   *
   * @param rounds says whether there is another round of kills
   * @param killed told of every kill
   */
  void suffer(Rounds rounds, Runnable killed) {
    try (Talk talk = new Talk(ledger, agent.name(), web, push, PEOPLE)) {
      // A person's restart comes first: after many crashes the operator restarts the pod itself,
      // and its budget may have nothing left for a person.
      awaitAnswers(talk, Set.of());
      replace();
      Set<String> met = Set.of();
      while (rounds.begin()) {
        for (String container : CONTAINERS) {
          awaitAnswers(talk, met);
          met = talk.open();
          agent.kill(container);
          killed.run();
        }
        rounds.end();
      }
    } finally {
      // Of what failed for one the others need not make more.
      rounds.stop();
    }
  }

  private void replace() {
    REPLACED.acquireUninterruptibly();
    try {
      Pod before = agent.pod();
      agent.submit("restart-pod", "{\"pod\":\"%s\"}".formatted(before.getMetadata().getName()));
      agent.await(claw -> Agents.isIdle(claw) && agent.hasPodOtherThan(before));
    } finally {
      REPLACED.release();
    }
  }

  /**
   * Something has to be on its way, something has to have come through since, and so has what the
   * last kill met: the bus gives a question up after five attempts.
   */
  private static void awaitAnswers(Talk talk, Set<String> met) {
    int before = talk.answered();
    Awaitility.await()
        .atMost(WebhookAgent.PATIENCE)
        .until(
            () -> talk.answered() >= before + 2 * PEOPLE && Collections.disjoint(met, talk.open()));
  }

  @Override
  public void close() throws IOException {
    agent.close();
  }
}
