package ai.prismer.claw.gate.rule;

import ai.prismer.claw.api.rules.Durations;
import ai.prismer.claw.gate.text.ForeignText;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The fields of one rule or signal: what they must be is said by whoever reads them. */
final class Fields {
  private static final int MAX_NUMBER = 16;

  private final Map<String, YamlNode.Key> fields = new LinkedHashMap<>();
  private final int line;

  private Fields(int line) {
    this.line = line;
  }

  /** The fields of a node, all of which must be known. */
  static Fields of(YamlNode node, String what, Set<String> known) throws Misfit {
    if (!(node instanceof YamlNode.Keys keys)) {
      throw new Misfit(
          node.line(), null, what + " is written as keys with values, not as " + node.kind());
    }
    Fields fields = new Fields(keys.line());
    for (YamlNode.Key key : keys.keys()) {
      if (!known.contains(key.name())) {
        throw new Misfit(
            key.line(),
            ForeignText.line(key.name(), 64),
            "there is no such field; there are "
                + known.stream().sorted().collect(Collectors.joining(", ")));
      }
      fields.fields.put(key.name(), key);
    }
    return fields;
  }

  int line() {
    return line;
  }

  boolean has(String field) {
    return fields.containsKey(field);
  }

  /** Where a field stands; the line of the whole where it does not. */
  int lineOf(String field) {
    YamlNode.Key key = fields.get(field);
    return key == null ? line : key.line();
  }

  /** Text that passes, or the other one where the field is absent. */
  String text(String field, String absent, Predicate<String> allowed, String what) throws Misfit {
    return read(field, absent, text -> Optional.of(text).filter(allowed), what);
  }

  <T> T read(String field, T absent, Function<String, Optional<T>> reading, String what)
      throws Misfit {
    YamlNode.Key key = fields.get(field);
    if (key == null) {
      return absent;
    }
    if (!(key.value() instanceof YamlNode.Text text)) {
      throw new Misfit(
          key.line(), field, key.value().kind() + " is not allowed here; write " + what);
    }
    Optional<T> value = reading.apply(text.value());
    if (value.isEmpty()) {
      throw new Misfit(
          key.line(), field, ForeignText.quoted(text.value()) + " is not allowed; write " + what);
    }
    return value.get();
  }

  /** A duration from one second to a day. */
  Duration duration(String field, Duration absent) throws Misfit {
    return read(field, absent, Fields::duration, "a duration from 1s to 24h, such as 90s or 15m");
  }

  private static Optional<Duration> duration(String text) {
    try {
      return Optional.of(Durations.parse(text))
          .filter(duration -> duration.compareTo(Rule.SHORTEST) >= 0)
          .filter(duration -> duration.compareTo(Rule.LONGEST) <= 0);
    } catch (IllegalArgumentException none) {
      return Optional.empty();
    }
  }

  int number(String field, int absent, int least, int most) throws Misfit {
    return read(
        field,
        absent,
        text ->
            decimal(text)
                .filter(value -> value.stripTrailingZeros().scale() <= 0)
                .filter(value -> isWithin(value, least, most))
                .map(BigDecimal::intValueExact),
        "a whole number from " + least + " to " + most);
  }

  private static boolean isWithin(BigDecimal value, int least, int most) {
    return value.compareTo(BigDecimal.valueOf(least)) >= 0
        && value.compareTo(BigDecimal.valueOf(most)) <= 0;
  }

  BigDecimal decimal(String field, BigDecimal absent, Predicate<BigDecimal> allowed, String what)
      throws Misfit {
    return read(field, absent, text -> decimal(text).filter(allowed), what);
  }

  /** Digits with a point, no more of them than a person writes: no exponent, which can be huge. */
  private static Optional<BigDecimal> decimal(String text) {
    return text.length() <= MAX_NUMBER && text.matches("[0-9]+(\\.[0-9]+)?")
        ? Optional.of(new BigDecimal(text))
        : Optional.empty();
  }

  boolean truth(String field, boolean absent) throws Misfit {
    return read(
        field,
        absent,
        text ->
            switch (text) {
              case "true" -> Optional.of(true);
              case "false" -> Optional.of(false);
              default -> Optional.empty();
            },
        "true or false");
  }

  Severity severity(String field, Severity absent) throws Misfit {
    return read(field, absent, Severity::of, "one of " + names(Severity.values(), Severity::id));
  }

  static <E> String names(E[] values, Function<E, String> name) {
    return Arrays.stream(values).map(name).collect(Collectors.joining(", "));
  }

  /** Keys with text as values. */
  Map<String, String> texts(String field, List<String> known) throws Misfit {
    YamlNode.Key key = fields.get(field);
    if (key == null) {
      return Map.of();
    }
    Fields own = of(key.value(), field, Set.copyOf(known));
    Map<String, String> texts = new LinkedHashMap<>();
    for (String name : known) {
      if (own.has(name)) {
        texts.put(name, own.text(name, "", text -> !text.isBlank() && text.length() <= 64, "text"));
      }
    }
    return texts;
  }
}
