package ai.prismer.claw.gate.rule;

import ai.prismer.claw.gate.text.ForeignText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the ConfigMap {@code k8s4claw-rules} says about rules and signals.
 *
 * <p>Two keys, each YAML: {@code rules}, a list merged into the built-in rules by {@code id}, and
 * {@code signals}, the settings of signals by type. One rule or signal that does not fit is left
 * out and named, with its line and what is allowed; all others are in force. A key that is no YAML
 * at all changes nothing: what was in force before stays so, because a slip of the pen in a rule
 * must not bring a rule back that somebody has switched off.
 *
 * <p>Pure, and never throws, whatever is written: it is read while agents are healed.
 */
public final class RuleBookReader {
  /** Key of the list of rules. */
  public static final String RULES = "rules";

  /** Key of the settings of signals. */
  public static final String SIGNALS = "signals";

  /** The most rules that may be in force. */
  public static final int MAX_RULES = 32;

  private static final int MAX_PROBLEMS = 16;

  private final List<Problem> problems = new ArrayList<>();

  private RuleBookReader() {}

  /**
   * What reading came to.
   *
   * @param book what is in force now
   * @param problems what is not, and why; at most {@value #MAX_PROBLEMS}
   */
  public record Reading(RuleBook book, List<Problem> problems) {
    /** Copies the list. */
    public Reading {
      problems = List.copyOf(problems);
    }
  }

  /**
   * Something that does not fit.
   *
   * @param key the key of the ConfigMap
   * @param line line in the value of that key, from 1
   * @param rule the rule it is about, if it got that far
   * @param field the field it is about, if it is about one
   * @param reason what is wrong, what is allowed, and what happens now
   */
  public record Problem(
      String key, int line, @Nullable String rule, @Nullable String field, String reason) {
    @Override
    public String toString() {
      return key
          + ", line "
          + line
          + (rule == null ? "" : ", rule " + rule)
          + (field == null ? "" : ", " + field)
          + ": "
          + reason;
    }
  }

  /**
   * Reads.
   *
   * @param data the ConfigMap's data; empty where there is no ConfigMap
   * @param before what was in force until now
   */
  public static Reading read(Map<String, String> data, RuleBook before) {
    RuleBookReader reader = new RuleBookReader();
    for (String key : new TreeSet<>(data.keySet())) {
      if (!key.equals(RULES) && !key.equals(SIGNALS)) {
        reader.problem(
            new Problem(
                ForeignText.line(key, 64),
                1,
                null,
                null,
                "there is no such key; there are "
                    + RULES
                    + " and "
                    + SIGNALS
                    + "; it is skipped"));
      }
    }
    List<Rule> rules = reader.rules(data.getOrDefault(RULES, ""), before.rules());
    SignalSettings signals = reader.signals(data.getOrDefault(SIGNALS, ""), before.signals());
    return new Reading(new RuleBook(rules, signals), reader.problems);
  }

  private List<Rule> rules(String text, List<Rule> before) {
    List<YamlNode> items;
    try {
      items = items(YamlTree.read(text));
    } catch (Misfit wrong) {
      problem(RULES, null, wrong, "the rules that were in force before stay so");
      return before;
    }
    Map<String, Rule> rules = new LinkedHashMap<>();
    Rule.DEFAULTS.forEach(rule -> rules.put(rule.id(), rule));
    Set<String> seen = new HashSet<>();
    items.forEach(item -> merge(item, rules, seen));
    return List.copyOf(rules.values());
  }

  private static List<YamlNode> items(@Nullable YamlNode root) throws Misfit {
    if (root == null) {
      return List.of();
    }
    if (!(root instanceof YamlNode.Items list)) {
      throw new Misfit(root.line(), null, "rules are a list; begin each with \"- id: \"");
    }
    return list.items();
  }

  private void merge(YamlNode item, Map<String, Rule> rules, Set<String> seen) {
    String id = null;
    try {
      RuleReader reader = RuleReader.of(item);
      id = reader.id();
      if (!seen.add(id)) {
        throw new Misfit(reader.line(), "id", "a rule of this name stands further up already");
      }
      Rule base = rules.get(id);
      Optional<Rule> rule = reader.read(base);
      if (base == null && rule.isPresent() && rules.size() >= MAX_RULES) {
        throw new Misfit(reader.line(), null, "there are more than " + MAX_RULES + " rules");
      }
      if (rule.isPresent()) {
        rules.put(id, rule.get());
      } else {
        rules.remove(id);
      }
    } catch (Misfit wrong) {
      problem(RULES, id, wrong, isBuiltIn(id) ? "the built-in rule stays" : "it is skipped");
    }
  }

  private static boolean isBuiltIn(@Nullable String id) {
    return Rule.DEFAULTS.stream().anyMatch(rule -> rule.id().equals(id));
  }

  private SignalSettings signals(String text, SignalSettings before) {
    List<YamlNode.Key> keys;
    try {
      keys = keys(YamlTree.read(text));
    } catch (Misfit wrong) {
      problem(SIGNALS, null, wrong, "the settings that were in force before stay so");
      return before;
    }
    SignalsReader reader = new SignalsReader();
    for (YamlNode.Key key : keys) {
      try {
        reader.read(key);
      } catch (Misfit wrong) {
        problem(SIGNALS, null, wrong, "the setting of this signal is skipped");
      }
    }
    return reader.settings();
  }

  private static List<YamlNode.Key> keys(@Nullable YamlNode root) throws Misfit {
    if (root == null) {
      return List.of();
    }
    if (!(root instanceof YamlNode.Keys keys)) {
      throw new Misfit(root.line(), null, "settings are written as keys, such as \"HighCPU: \"");
    }
    return keys.keys();
  }

  private void problem(String key, @Nullable String rule, Misfit wrong, String consequence) {
    problem(new Problem(key, wrong.line, rule, wrong.field, wrong.reason + "; " + consequence));
  }

  private void problem(Problem problem) {
    if (problems.size() < MAX_PROBLEMS) {
      problems.add(problem);
    }
  }
}
