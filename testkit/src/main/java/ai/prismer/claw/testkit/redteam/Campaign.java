package ai.prismer.claw.testkit.redteam;

import ai.prismer.claw.testkit.attack.Answer;
import ai.prismer.claw.testkit.attack.Assault;
import ai.prismer.claw.testkit.attack.Attack;
import ai.prismer.claw.testkit.attack.Attacks;
import ai.prismer.claw.testkit.attack.Cases;
import ai.prismer.claw.testkit.attack.Guard;
import ai.prismer.claw.testkit.attack.Identities;
import ai.prismer.claw.testkit.attack.Scene;
import ai.prismer.claw.testkit.attack.Target;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * The order of battle: malformed intents in numbers; every attack with the operator up; every
 * attack with the operator scaled to zero, where the gate's share goes to a Claw of its own each,
 * stays pending without effect, and is refused when the operator is back.
 *
 * <p>Each attack must be refused by the guard it names, must leave everything as it was but the
 * refusal counter, and its twin by somebody who may must succeed: otherwise it was not the right
 * that was missing.
 */
final class Campaign {
  private static final String UP = "up";
  private static final String DOWN = "down";

  private final Config config;
  private final KubernetesClient administrator;
  private final Ground ground;
  private final Options options;
  private final Report report;
  private final Map<Target, Identities> identities = new ConcurrentHashMap<>();

  /** What each Claw with a pending attack looked like before it. */
  private final Map<Target, Scene> scenes = new LinkedHashMap<>();

  Campaign(
      Config config,
      KubernetesClient administrator,
      Ground ground,
      Options options,
      Report report) {
    this.config = config;
    this.administrator = administrator;
    this.ground = ground;
    this.options = options;
    this.report = report;
  }

  /** Whether nothing was allowed. */
  boolean run() throws InterruptedException {
    OperatorSwitch operator =
        new OperatorSwitch(administrator, options.operatorNamespace(), options.deployment());
    ground.prepare();
    try {
      List<Target> flooded = ground.claws(names("flood", options.claws()));
      Target attacked = ground.gateway("attacked");
      ground.claws(List.of("attacked-other"));
      List<Attack> gated = gated();
      List<Target> waiting = ground.claws(names("waiting", gated.size()));
      flooded.forEach(ground::awaitArmed);
      ground.awaitArmed(attacked);
      waiting.forEach(ground::awaitArmed);
      Cases.create(of(attacked), attacked, ground.uid(attacked));
      waiting.forEach(target -> Cases.create(of(target), target, ground.uid(target)));

      boolean held = flood(flooded);
      up(attacked);
      operator.off();
      try {
        down(attacked, gated, waiting);
      } finally {
        operator.on();
      }
      operator.awaitReady();
      onReturn(gated, waiting);
      return report.end() && held;
    } finally {
      identities.values().forEach(Identities::close);
      ground.clear();
    }
  }

  private boolean flood(List<Target> targets) throws InterruptedException {
    Flood.Outcome outcome =
        new Flood(administrator, target -> of(target).apply(Attack.Identity.AGENT), options)
            .run(targets);
    outcome.faults().forEach(report::say);
    report.say("malformed %d sent, %d refused".formatted(outcome.sent(), outcome.refused()));
    return outcome.faults().isEmpty();
  }

  private void up(Target target) {
    Assault assault = new Assault(of(target), administrator, Clock.systemUTC());
    for (Attack attack : Attacks.all()) {
      Scene before = Scene.of(administrator, target);
      Assault.Ending ending = assault.attempt(attack, target);
      judge(UP, attack, target, before, ending);
    }
  }

  private void down(Target target, List<Attack> gated, List<Target> waiting) {
    Assault assault = new Assault(of(target), administrator, Clock.systemUTC());
    for (Attack attack : Attacks.all()) {
      if (!(attack.guard() instanceof Guard.Gate)) {
        Scene before = Scene.of(administrator, target);
        judge(DOWN, attack, target, before, assault.attempt(attack, target));
      }
    }
    for (int i = 0; i < gated.size(); i++) {
      Target fresh = waiting.get(i).at(System.currentTimeMillis());
      scenes.put(waiting.get(i), Scene.of(administrator, fresh));
      Attack attack = gated.get(i);
      Answer answer =
          Answer.to(attack.call().apply(fresh), of(waiting.get(i)).apply(attack.attacker()));
      if (!answer.accepted() || !Scene.pending(administrator, fresh)) {
        report.attempt(DOWN, attack.name(), attack.guard(), answer.guard(), answer.words());
      }
    }
  }

  private void onReturn(List<Attack> gated, List<Target> waiting) {
    for (int i = 0; i < gated.size(); i++) {
      Attack attack = gated.get(i);
      Target target = waiting.get(i);
      boolean refused =
          Patience.within(
              options.onReturn(),
              () ->
                  !Scene.pending(administrator, target)
                      && Scene.refusals(administrator, target) == 1);
      Scene before = Objects.requireNonNull(scenes.get(target));
      Guard by = refused ? attack.guard() : new Guard.Nobody();
      judge(
          DOWN,
          attack,
          target,
          before,
          new Assault.Ending(
              by,
              refused
                  ? "pending without effect, refused on the operator's return"
                  : "not refused within "
                      + options.onReturn().toSeconds()
                      + " s of the operator's return"));
    }
  }

  private void judge(
      String pass, Attack attack, Target target, Scene before, Assault.Ending ending) {
    List<String> changed = before.changedTo(Scene.of(administrator, target));
    Target now = target.at(System.currentTimeMillis());
    Answer twin = Answer.to(attack.twin().call().apply(now), of(target).apply(attack.twin().by()));
    if (!changed.isEmpty()) {
      report.attempt(
          pass,
          attack.name(),
          attack.guard(),
          new Guard.Nobody(),
          "it changed " + String.join(", ", changed));
    } else if (!twin.accepted()) {
      report.attempt(
          pass,
          attack.name(),
          attack.guard(),
          new Guard.Unexpected(twin.code()),
          "the permitted twin was refused too: " + twin.words());
    } else {
      report.attempt(pass, attack.name(), attack.guard(), ending.by(), ending.words());
    }
  }

  private Identities of(Target target) {
    return identities.computeIfAbsent(target, key -> new Identities(config, key));
  }

  private static List<Attack> gated() {
    return Attacks.all().stream().filter(attack -> attack.guard() instanceof Guard.Gate).toList();
  }

  private static List<String> names(String stem, int count) {
    return IntStream.rangeClosed(1, count).mapToObj(number -> stem + "-" + number).toList();
  }
}
