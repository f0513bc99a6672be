package ai.prismer.claw.gate.rule;

import ai.prismer.claw.contract.Durations;
import ai.prismer.claw.gate.intent.Action;
import ai.prismer.claw.gate.text.ForeignText;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * Reads what an administrator says about rules, and lays it over those that are in force without
 * it. Pure.
 *
 * <pre>{@code
 * rules:
 *   - {id: oom-bump-memory, factor: 2}        # changes one value of a default
 *   - {id: high-cpu-bump-cpu, enabled: false} # takes one out of force
 *   - {id: restart-soon, signal: CrashLoop, minCount: 3, window: 5m, action: restart-pod,
 *      cooldown: 10m}                         # a new one
 * signals:
 *   HighMemory: {above: 0.8, for: 1m}
 *   Evicted: {for: 30s}
 * }</pre>
 *
 * <p>One mistake costs one entry: a rule that makes no sense is left out as if it were not written,
 * with a complaint that names place, value and what is allowed, and everything else takes effect.
 */
public final class RuleBookReader {
  /** Longest text that is read, in characters. */
  public static final int MAX_LENGTH = 64 * 1024;

  /** Most rules that can be in force. */
  public static final int MAX_RULES = 32;

  /** Ids that the Go program of the same name used. */
  private static final Map<String, String> ALIASES =
      Map.of("high-cpu-bump-request", "high-cpu-bump-cpu");

  private static final Set<String> RULE_KEYS =
      Set.of(
          "id",
          "enabled",
          "signal",
          "container",
          "minCount",
          "window",
          "action",
          "factor",
          "cooldown");

  private static final ObjectMapper YAML = mapper();

  private final RuleBook defaults;
  private final List<String> complaints = new ArrayList<>();

  private RuleBookReader(RuleBook defaults) {
    this.defaults = defaults;
  }

  /**
   * What was read.
   *
   * @param book the rules in force
   * @param complaints what was left out and why, in safe text; empty when all is well
   */
  public record Reading(RuleBook book, List<String> complaints) {
    /** Copies the list. */
    public Reading {
      Objects.requireNonNull(book);
      complaints = List.copyOf(complaints);
    }
  }

  /** Lays a text over the defaults; never throws, whatever the text is. */
  public static Reading read(String yaml, RuleBook defaults) {
    RuleBookReader reader = new RuleBookReader(defaults);
    RuleBook book = reader.book(yaml);
    return new Reading(book, reader.complaints);
  }

  private RuleBook book(String yaml) {
    if (yaml.length() > MAX_LENGTH) {
      complaints.add(
          "the text has more than " + MAX_LENGTH + " characters; none of it is in force");
      return defaults;
    }
    JsonNode root;
    try {
      root = YAML.readTree(yaml);
    } catch (JsonProcessingException | IllegalArgumentException | StackOverflowError broken) {
      complaints.add(
          "no YAML, none of it is in force: " + shown(String.valueOf(broken.getMessage())));
      return defaults;
    }
    if (root == null || root.isMissingNode() || root.isNull()) {
      return defaults;
    }
    if (!root.isObject()) {
      complaints.add("the text must be an object with the keys rules and signals");
      return defaults;
    }
    unknown("", root, Set.of("rules", "signals"));
    return new RuleBook(rules(root.path("rules")), thresholds(root.path("signals")));
  }

  private List<Rule> rules(JsonNode list) {
    Map<String, Rule> rules = new LinkedHashMap<>();
    defaults.rules().forEach(rule -> rules.put(rule.id(), rule));
    if (list.isMissingNode() || list.isNull()) {
      return List.copyOf(rules.values());
    }
    if (!(list instanceof ArrayNode entries)) {
      complaints.add("rules must be a list");
      return List.copyOf(rules.values());
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < entries.size(); i++) {
      String place = "rules[" + i + "]";
      try {
        rule(place, entries.get(i), rules, seen);
      } catch (IllegalArgumentException wrong) {
        complaints.add(place + " is left out: " + wrong.getMessage());
      }
    }
    return List.copyOf(rules.values());
  }

  private void rule(String place, JsonNode entry, Map<String, Rule> rules, Set<String> seen) {
    if (!entry.isObject()) {
      throw new IllegalArgumentException("it must be an object");
    }
    if (unknown(place, entry, RULE_KEYS)) {
      throw new IllegalArgumentException("a key in it is not known");
    }
    String written = required(entry, "id");
    String id = ALIASES.getOrDefault(written, written);
    if (!id.matches("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")) {
      throw new IllegalArgumentException("id " + shown(id) + " must be of a-z, 0-9 and -");
    }
    if (!seen.add(id)) {
      throw new IllegalArgumentException("id " + id + " was there already");
    }
    if (enabled(entry)) {
      Rule next = merged(id, entry, rules.get(id));
      if (!rules.containsKey(id) && rules.size() >= MAX_RULES) {
        throw new IllegalArgumentException("there are " + MAX_RULES + " rules already");
      }
      rules.put(id, next);
    } else {
      rules.remove(id);
    }
  }

  private static boolean enabled(JsonNode entry) {
    JsonNode enabled = entry.path("enabled");
    if (enabled.isMissingNode()) {
      return true;
    }
    if (!enabled.isBoolean()) {
      throw new IllegalArgumentException("enabled must be true or false");
    }
    return enabled.booleanValue();
  }

  private static Rule merged(String id, JsonNode entry, @Nullable Rule base) {
    Action action =
        value(entry, "action", base == null ? null : base.action(), RuleBookReader::action);
    BigDecimal factor =
        switch (action) {
          case BUMP_MEMORY, BUMP_CPU ->
              value(entry, "factor", base == null ? null : base.factor(), BigDecimal::new);
          case RESTART_POD, ROLLOUT_RESTART, SCALE_REPLICAS ->
              entry.has("factor") ? value(entry, "factor", null, BigDecimal::new) : null;
        };
    return new Rule(
        id,
        value(entry, "signal", base == null ? null : base.signal(), RuleBookReader::signal),
        value(entry, "container", base == null ? "runtime" : base.container(), Function.identity()),
        value(
            entry,
            "minCount",
            base == null ? Integer.valueOf(1) : base.minCount(),
            Integer::valueOf),
        value(entry, "window", base == null ? null : base.window(), Durations::parse),
        action,
        factor,
        action == Action.BUMP_MEMORY ? Rule.MEMORY_STEP : Rule.CPU_STEP,
        value(entry, "cooldown", base == null ? null : base.cooldown(), Durations::parse));
  }

  private static <T> T value(
      JsonNode entry, String key, @Nullable T fallback, Function<String, T> read) {
    JsonNode value = entry.path(key);
    if (value.isMissingNode()) {
      if (fallback == null) {
        throw new IllegalArgumentException(key + " is missing");
      }
      return fallback;
    }
    if (!value.isValueNode() || value.isNull()) {
      throw new IllegalArgumentException(key + " must be one value");
    }
    try {
      return read.apply(value.asText());
    } catch (NumberFormatException noNumber) {
      throw new IllegalArgumentException(
          key + " " + shown(value.asText()) + " is no number", noNumber);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(key + ": " + wrong.getMessage(), wrong);
    }
  }

  private static Action action(String id) {
    return Action.of(id)
        .orElseThrow(() ->
            new IllegalArgumentException(
                shown(id) + " is none of bump-memory, bump-cpu and restart-pod"));
  }

  private static SignalType signal(String id) {
    return SignalType.of(id)
        .orElseThrow(() -> new IllegalArgumentException(shown(id) + " is none of " + names()));
  }

  private static String names() {
    List<String> names = new ArrayList<>();
    for (SignalType type : SignalType.values()) {
      names.add(type.id());
    }
    return String.join(", ", names);
  }

  private Thresholds thresholds(JsonNode signals) {
    Thresholds base = defaults.thresholds();
    if (signals.isMissingNode() || signals.isNull()) {
      return base;
    }
    if (!signals.isObject()) {
      complaints.add("signals must be an object");
      return base;
    }
    unknown("signals", signals, Set.of("HighMemory", "HighCPU", "Evicted"));
    try {
      JsonNode memory = level(signals, "HighMemory", Set.of("above", "for"));
      JsonNode cpu = level(signals, "HighCPU", Set.of("above", "for"));
      JsonNode evicted = level(signals, "Evicted", Set.of("for"));
      return new Thresholds(
          value(memory, "above", base.memoryAbove(), Double::valueOf),
          value(memory, "for", base.memoryFor(), Durations::parse),
          value(cpu, "above", base.cpuAbove(), Double::valueOf),
          value(cpu, "for", base.cpuFor(), Durations::parse),
          value(evicted, "for", base.evictedFor(), Durations::parse));
    } catch (IllegalArgumentException wrong) {
      complaints.add("signals are left as they were: " + wrong.getMessage());
      return base;
    }
  }

  private JsonNode level(JsonNode signals, String name, Set<String> keys) {
    JsonNode level = signals.path(name);
    if (level.isMissingNode()) {
      return YAML.createObjectNode();
    }
    if (!level.isObject() || unknown("signals." + name, level, keys)) {
      throw new IllegalArgumentException(
          name + " must be an object of " + String.join(", ", new TreeSet<>(keys)));
    }
    return level;
  }

  /** Complains about keys that are not known; whether there are any. */
  private boolean unknown(String place, JsonNode object, Set<String> known) {
    boolean any = false;
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (!known.contains(field.getKey())) {
        any = true;
        complaints.add(
            (place.isEmpty() ? "" : place + ".")
                + shown(field.getKey())
                + " is not known; here there are "
                + String.join(", ", new TreeSet<>(known)));
      }
    }
    return any;
  }

  private static String required(JsonNode entry, String key) {
    return value(entry, key, null, Function.identity());
  }

  private static String shown(String text) {
    return ForeignText.line(text, 120);
  }

  private static ObjectMapper mapper() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MAX_LENGTH);
    options.setNestingDepthLimit(20);
    options.setMaxAliasesForCollections(0);
    options.setAllowDuplicateKeys(false);
    return new ObjectMapper(
        YAMLFactory.builder()
            .loaderOptions(options)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build());
  }
}
