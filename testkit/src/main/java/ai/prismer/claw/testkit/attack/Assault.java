package ai.prismer.claw.testkit.attack;

import ai.prismer.claw.testkit.attack.Attack.Identity;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Carries attacks out with the attacker's token, and finds out who refused. */
public final class Assault {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final String REASON = "OpsIntentRejected";

  private final Function<Identity, KubernetesClient> identities;
  private final KubernetesClient administrator;
  private final Clock clock;

  /**
   * Makes it.
   *
   * @param identities for each attacker a client with its own token
   * @param administrator client that looks at what became of it
   * @param clock the time, for generations and patience
   */
  public Assault(
      Function<Identity, KubernetesClient> identities,
      KubernetesClient administrator,
      Clock clock) {
    this.identities = identities;
    this.administrator = administrator;
    this.clock = clock;
  }

  /**
   * How an attack ended.
   *
   * @param by who refused, or nobody
   * @param words in whose words
   */
  public record Ending(Guard by, String words) {}

  /** Tries one. */
  public Ending attempt(Attack attack, Target target) {
    Target now = target.at(clock.millis());
    long refusals = Scene.refusals(administrator, now);
    Answer answer = Answer.to(attack.call().apply(now), identities.apply(attack.attacker()));
    if (!answer.accepted() || !(attack.guard() instanceof Guard.Gate gate)) {
      return new Ending(answer.guard(), answer.words());
    }
    boolean refused =
        await(() ->
            !Scene.pending(administrator, now)
                && Scene.refusals(administrator, now) == refusals + 1);
    if (!refused) {
      return new Ending(
          new Guard.Nobody(), "the intent was neither refused nor removed within " + PATIENCE);
    }
    boolean explained = await(() -> explanation(now, gate.words()).isPresent());
    return explained
        ? new Ending(gate, Answer.oneLine(explanation(now, gate.words()).orElseThrow()))
        : new Ending(
            new Guard.Nobody(),
            "it was refused, but no Event says \"%s\"; the newest says: %s"
                .formatted(gate.words(), explanation(now, "").orElse("nothing")));
  }

  /** The newest Event that says why an intent was refused, in these words among others. */
  private Optional<String> explanation(Target target, String words) {
    return administrator
        .v1()
        .events()
        .inNamespace(target.namespace())
        .withField("involvedObject.name", target.claw())
        .list()
        .getItems()
        .stream()
        .filter(event -> REASON.equals(event.getReason()))
        .filter(event -> event.getMessage().contains(words))
        .max(Comparator.comparing(Event::getLastTimestamp))
        .map(Event::getMessage);
  }

  private boolean await(BooleanSupplier condition) {
    Instant until = clock.instant().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      if (clock.instant().isAfter(until)) {
        return false;
      }
      try {
        Thread.sleep(LOOK);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }
}
