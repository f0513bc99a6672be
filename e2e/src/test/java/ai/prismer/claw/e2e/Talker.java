package ai.prismer.claw.e2e;

import ai.prismer.claw.testkit.model.Reply;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * An agent behind two webhooks in its pod: answers of one are fetched, those of the other posted.
 */
final class Talker implements Closeable {
  /** In the order in which they are killed. */
  private static final List<String> CONTAINERS =
      List.of("ipc-bus", "channel-web", "runtime", "channel-push");

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
   * @param replies what its model says to a question
   */
  Talker(String name, Ledger ledger, String postedTo, Replies replies) throws IOException {
    this.ledger = ledger;
    agent = new WebhookAgent(name);
    agent.prepare();
    agent
        .model()
        .answer(request -> replies.to(request.transcript().getLast().replaceFirst("^user: ", "")));
    web = agent.channel("web", "{}");
    push =
        agent.channel(
            "push",
            "{listenPort: 8081, targetURL: \"%s\", allowPrivateTargets: true}".formatted(postedTo));
    agent.start(Agents.openClaw(agent.model()) + "ops: {verifyWindow: 30s}\n");
  }

  /** What a model says. */
  interface Replies {
    /** Says it. */
    Reply to(String question);
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
      awaitAnswers(talk);
      Pod before = agent.pod();
      agent.submit("restart-pod", "{\"pod\":\"%s\"}".formatted(before.getMetadata().getName()));
      agent.await(claw -> Agents.isIdle(claw) && agent.hasPodOtherThan(before));
      while (rounds.begin()) {
        for (String container : CONTAINERS) {
          awaitAnswers(talk);
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

  /** Something has to be on its way, and something has to have come through since. */
  private static void awaitAnswers(Talk talk) {
    int before = talk.answered();
    Awaitility.await()
        .atMost(WebhookAgent.PATIENCE)
        .until(talk::answered, answered -> answered >= before + 2 * PEOPLE);
  }

  @Override
  public void close() throws IOException {
    agent.close();
  }
}
