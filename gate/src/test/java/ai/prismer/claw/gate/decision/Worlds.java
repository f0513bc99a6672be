package ai.prismer.claw.gate.decision;

import ai.prismer.claw.gate.decision.Observed.Life;
import ai.prismer.claw.gate.decision.Observed.Pod;
import ai.prismer.claw.gate.intent.Action;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Observations and policies for tests: one ordinary of each, variations, and random ones. */
public final class Worlds {
  public static final long MI = 1L << 20;
  public static final long GI = 1L << 30;
  public static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  public static final ClawIdentity CLAW = new ClawIdentity("team-a", "my-agent", "uid-1");
  public static final Author OPERATOR = new Author(AuthorClass.OPERATOR, "operator");
  public static final Author MANAGER = new Author(AuthorClass.MANAGER, "alice");
  public static final Author AGENT =
      new Author(AuthorClass.LLM, "system:serviceaccount:team-a:my-agent");

  /** A companion by the looks of it: class llm, and not the Claw's own account. */
  public static final Author COMPANION =
      new Author(AuthorClass.LLM, "system:serviceaccount:ops:companion");

  public static final Docket DOCKET = new Docket(AGENT.name(), null, null);

  private static final List<Policy.AgentIntents> INTENTS = List.of(Policy.AgentIntents.values());

  private static final List<String> PHASES =
      List.of("Pending", "Analyzing", "Proposed", "AwaitingApproval", "Approved", "Executed");

  private static final List<Life> LIVES = List.of(Life.values());

  /** 512Mi and one core, alive, one failing and one healthy pod, a node of 16Gi and 8 cores. */
  public static Observed observed() {
    return observed(Limits.of(512 * MI, 1000), Limits.of(512 * MI, 1000));
  }

  public static Observed observed(Limits running, Limits desired) {
    return new Observed(
        CLAW,
        NOW,
        1000,
        Life.ACTIVE,
        null,
        running,
        desired,
        List.of(
            new Pod("my-agent-0", "pod-uid-0", false), new Pod("my-agent-1", "pod-uid-1", true)),
        2,
        false,
        Limits.of(16 * GI, 8000),
        Limits.NONE,
        null,
        Brakes.NONE,
        DOCKET,
        null);
  }

  public static Observed with(Observed o, Life life, @Nullable Action inFlight) {
    return new Observed(
        o.claw(),
        o.now(),
        o.mark(),
        life,
        inFlight,
        o.running(),
        o.desired(),
        o.pods(),
        o.replicas(),
        o.singleWriter(),
        o.largestNode(),
        o.namespaceBound(),
        o.outbreak(),
        Brakes.NONE,
        o.docket(),
        o.ruleAsking());
  }

  public static Observed withMark(Observed o, long mark) {
    return new Observed(
        o.claw(),
        o.now(),
        mark,
        o.life(),
        o.inFlight(),
        o.running(),
        o.desired(),
        o.pods(),
        o.replicas(),
        o.singleWriter(),
        o.largestNode(),
        o.namespaceBound(),
        o.outbreak(),
        Brakes.NONE,
        o.docket(),
        o.ruleAsking());
  }

  public static Observed withNode(Observed o, Limits node) {
    return new Observed(
        o.claw(),
        o.now(),
        o.mark(),
        o.life(),
        o.inFlight(),
        o.running(),
        o.desired(),
        o.pods(),
        o.replicas(),
        o.singleWriter(),
        node,
        o.namespaceBound(),
        o.outbreak(),
        Brakes.NONE,
        o.docket(),
        o.ruleAsking());
  }

  public static Observed withPods(Observed o, List<Pod> pods) {
    return new Observed(
        o.claw(),
        o.now(),
        o.mark(),
        o.life(),
        o.inFlight(),
        o.running(),
        o.desired(),
        pods,
        o.replicas(),
        o.singleWriter(),
        o.largestNode(),
        o.namespaceBound(),
        o.outbreak(),
        Brakes.NONE,
        o.docket(),
        o.ruleAsking());
  }

  public static Observed withNamespaceBound(Observed o, Limits bound) {
    return copy(o, bound, o.outbreak(), o.brakes(), o.docket());
  }

  public static Observed withOutbreak(Observed o, @Nullable Outbreak outbreak) {
    return copy(o, o.namespaceBound(), outbreak, o.brakes(), o.docket());
  }

  public static Observed withDocket(Observed o, Docket docket) {
    return copy(o, o.namespaceBound(), o.outbreak(), o.brakes(), docket);
  }

  public static Observed withBrakes(Observed o, Brakes brakes) {
    return copy(o, o.namespaceBound(), o.outbreak(), brakes, o.docket());
  }

  private static Observed copy(
      Observed o, Limits bound, @Nullable Outbreak outbreak, Brakes brakes, Docket docket) {
    return new Observed(
        o.claw(),
        o.now(),
        o.mark(),
        o.life(),
        o.inFlight(),
        o.running(),
        o.desired(),
        o.pods(),
        o.replicas(),
        o.singleWriter(),
        o.largestNode(),
        bound,
        outbreak,
        brakes,
        docket,
        o.ruleAsking());
  }

  public static Observed singleWriter(Observed o) {
    return new Observed(
        o.claw(),
        o.now(),
        o.mark(),
        o.life(),
        o.inFlight(),
        o.running(),
        o.desired(),
        o.pods(),
        o.replicas(),
        true,
        o.largestNode(),
        o.namespaceBound(),
        o.outbreak(),
        Brakes.NONE,
        o.docket(),
        o.ruleAsking());
  }

  /** Auto, Enforce, no maxima but ten replicas, every action executable. */
  public static Policy policy() {
    return policy(Limits.NONE, EnumSet.allOf(Action.class));
  }

  public static Policy policy(Limits max, Set<Action> executable) {
    return new Policy(
        Policy.AgentIntents.AUTO,
        Policy.Mode.ENFORCE,
        max,
        10,
        5,
        executable,
        Policy.AGENT_LEAD,
        Policy.LEAD);
  }

  public static Policy policy(Policy.AgentIntents agentIntents, Policy.Mode mode) {
    return new Policy(
        agentIntents,
        mode,
        Limits.NONE,
        10,
        5,
        EnumSet.allOf(Action.class),
        Policy.AGENT_LEAD,
        Policy.LEAD);
  }

  /** Any world, with a bias to small and to extreme numbers. */
  public static Observed random(RandomGenerator random) {
    Limits running = limits(random);
    return new Observed(
        CLAW,
        Instant.ofEpochMilli(random.nextLong(1L << 44)),
        random.nextInt(3) == 0 ? 0 : random.nextLong(1L << 44),
        random.nextInt(4) == 0 ? LIVES.get(random.nextInt(4)) : Life.ACTIVE,
        random.nextInt(6) == 0 ? Action.RESTART_POD : null,
        running,
        random.nextBoolean() ? running : limits(random),
        random.nextBoolean() ? List.of() : observed().pods(),
        random.nextInt(11),
        random.nextBoolean(),
        limits(random),
        random.nextInt(3) == 0 ? limits(random) : Limits.NONE,
        random.nextInt(6) == 0 ? new Outbreak("namespace team-a", 3, 5 + random.nextInt(5)) : null,
        Brakes.NONE,
        docket(random),
        random.nextInt(6) == 0 ? "some-rule" : null);
  }

  private static Docket docket(RandomGenerator random) {
    return new Docket(
        AGENT.name(),
        random.nextInt(4) == 0 ? "my-agent-ops-0" : null,
        random.nextInt(4) == 0
            ? null
            : new Docket.Case(
                "my-agent-ops-1",
                random.nextInt(6) == 0 ? "uid-2" : CLAW.uid(),
                random.nextBoolean() ? "Analyzing" : PHASES.get(random.nextInt(PHASES.size())),
                random.nextInt(4) == 0 ? null : COMPANION.name(),
                random.nextInt(6) == 0 ? null : Instant.ofEpochMilli(random.nextLong(1L << 45)),
                random.nextBoolean() ? null : "0".repeat(64),
                random.nextBoolean() ? null : "alice"));
  }

  public static Policy randomPolicy(RandomGenerator random) {
    EnumSet<Action> executable = EnumSet.noneOf(Action.class);
    for (Action action : Action.values()) {
      if (random.nextBoolean()) {
        executable.add(action);
      }
    }
    return new Policy(
        INTENTS.get(random.nextInt(INTENTS.size())),
        random.nextBoolean() ? Policy.Mode.ENFORCE : Policy.Mode.OBSERVE,
        limits(random),
        1 + random.nextInt(12),
        5,
        executable,
        Policy.AGENT_LEAD,
        Policy.LEAD);
  }

  private static Limits limits(RandomGenerator random) {
    return new Limits(amount(random), amount(random));
  }

  private static OptionalLong amount(RandomGenerator random) {
    return switch (random.nextInt(6)) {
      case 0 -> OptionalLong.empty();
      case 1 -> OptionalLong.of(1 + random.nextInt(64));
      case 2 -> OptionalLong.of(Long.MAX_VALUE - random.nextInt(3));
      case 3 -> OptionalLong.of((1 + random.nextInt(64)) * MI);
      default -> OptionalLong.of(1 + (random.nextLong() >>> (1 + random.nextInt(62))));
    };
  }

  private Worlds() {}
}
