package ai.prismer.claw.gate.rule;

import ai.prismer.claw.gate.intent.Action;
import ai.prismer.claw.gate.text.ForeignText;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads one rule as it is written: whole, or as changes to a rule that is there. Action, factor and
 * parameters belong together: who names another action inherits neither.
 */
final class RuleReader {
  private static final Set<String> FIELDS =
      Set.of(
          "id",
          "disabled",
          "signal",
          "container",
          "minSeverity",
          "minCount",
          "window",
          "action",
          "factor",
          "params",
          "cooldown",
          "unlessOwnChange");

  private static final Duration WINDOW = Duration.ofMinutes(30);
  private static final Duration COOLDOWN = Duration.ofMinutes(30);

  /** Names that rules had in the original operator. */
  private static final Map<String, String> ALIASES =
      Map.of("high-cpu-bump-request", Rule.HIGH_CPU_BUMP_CPU.id());

  private final Fields fields;
  private final String id;

  private RuleReader(Fields fields, String id) {
    this.fields = fields;
    this.id = id;
  }

  /**
   * Begins to read.
   *
   * @throws Misfit if it is no rule, or one without a name
   */
  static RuleReader of(YamlNode node) throws Misfit {
    Fields fields = Fields.of(node, "a rule", FIELDS);
    if (!fields.has("id")) {
      throw new Misfit(fields.line(), "id", "it is missing; name the rule");
    }
    String id =
        fields.text(
            "id",
            "",
            text -> Rule.NAME.matcher(text).matches(),
            "a name of a-z, 0-9 and -, at most 63 long");
    return new RuleReader(fields, ALIASES.getOrDefault(id, id));
  }

  String id() {
    return id;
  }

  int line() {
    return fields.lineOf("id");
  }

  /**
   * Reads the rest.
   *
   * @param base the rule that this one changes; null where there is none of its name
   * @return the rule; empty where it is switched off
   * @throws Misfit at the first field that does not fit
   */
  Optional<Rule> read(@Nullable Rule base) throws Misfit {
    boolean disabled = fields.truth("disabled", false);
    if (base == null) {
      require("signal", "name what it counts");
      require("action", "name what it asks for");
    }
    SignalType signal = signal(base == null ? null : base.signal());
    @Nullable String container = container(signal, base);
    Severity minSeverity =
        fields.severity("minSeverity", base == null ? Severity.LOW : base.minSeverity());
    int minCount = fields.number("minCount", base == null ? 1 : base.minCount(), 1, Rule.MAX_COUNT);
    Duration window = fields.duration("window", base == null ? WINDOW : base.window());
    Remedy remedy = remedy(base == null ? null : base.remedy());
    Duration cooldown = fields.duration("cooldown", base == null ? COOLDOWN : base.cooldown());
    boolean unless = fields.truth("unlessOwnChange", base != null && base.unlessOwnChange());
    try {
      Rule rule =
          new Rule(id, signal, container, minSeverity, minCount, window, remedy, cooldown, unless);
      return disabled ? Optional.empty() : Optional.of(rule);
    } catch (IllegalArgumentException contradiction) {
      throw new Misfit(line(), null, String.valueOf(contradiction.getMessage()));
    }
  }

  private void require(String field, String what) throws Misfit {
    if (!fields.has(field)) {
      throw new Misfit(
          line(),
          field,
          "it is missing, and there is no rule "
              + ForeignText.quoted(id)
              + " whose "
              + field
              + " it could keep; "
              + what);
    }
  }

  private SignalType signal(@Nullable SignalType absent) throws Misfit {
    return fields.read(
        "signal",
        absent == null ? SignalType.OOM_KILLED : absent,
        SignalType::of,
        "one of " + Fields.names(SignalType.values(), SignalType::id));
  }

  private @Nullable String container(SignalType signal, @Nullable Rule base) throws Misfit {
    if (!fields.has("container")) {
      return base == null || signal.scope() == SignalType.Scope.POD ? null : base.container();
    }
    return fields.text(
        "container",
        "",
        text -> Rule.NAME.matcher(text).matches(),
        "the name of a container, such as " + Rule.RUNTIME);
  }

  private Remedy remedy(@Nullable Remedy base) throws Misfit {
    Action action =
        fields.read(
            "action",
            base == null ? Action.RESTART_POD : base.action(),
            Action::of,
            "one of " + Fields.names(Action.values(), Action::id));
    Remedy kept = base != null && base.action() == action ? base : null;
    if (!fields.has("factor") && !fields.has("params") && kept != null) {
      return kept;
    }
    if (fields.has("factor") || (Rule.raises(action) && !fields.has("params"))) {
      return raise(action);
    }
    return new Remedy.Ask(action, fields.texts("params", parameters(action)));
  }

  private Remedy raise(Action action) throws Misfit {
    if (!Rule.raises(action)) {
      throw new Misfit(
          fields.lineOf("factor"),
          "factor",
          action + " has no factor; bump-memory and bump-cpu do");
    }
    if (!fields.has("factor")) {
      throw new Misfit(
          line(),
          "factor",
          "it is missing; " + action + " needs a factor, or params with a target");
    }
    if (fields.has("params")) {
      throw new Misfit(
          fields.lineOf("params"), "params", "factor and params exclude each other; keep one");
    }
    BigDecimal factor =
        fields.decimal(
            "factor",
            BigDecimal.ONE,
            value -> value.compareTo(BigDecimal.ONE) > 0 && value.compareTo(BigDecimal.TWO) <= 0,
            "a number above 1 and at most 2");
    return new Remedy.Raise(action, factor);
  }

  private static List<String> parameters(Action action) {
    return switch (action) {
      case BUMP_MEMORY, BUMP_CPU -> List.of("target");
      case RESTART_POD -> List.of("pod");
      case ROLLOUT_RESTART -> List.of();
      case SCALE_REPLICAS -> List.of("replicas");
    };
  }
}
