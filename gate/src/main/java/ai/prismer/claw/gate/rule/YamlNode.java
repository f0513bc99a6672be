package ai.prismer.claw.gate.rule;

import java.util.List;

/** A piece of YAML that remembers where it stood, so that whoever reads it can say so. */
sealed interface YamlNode {
  /** Its first line, from 1. */
  int line();

  /** What it is, for a sentence. */
  String kind();

  /** Text, a number or a truth value: whoever reads it knows which. */
  record Text(String value, int line) implements YamlNode {
    @Override
    public String kind() {
      return "text";
    }
  }

  /** A list. */
  record Items(List<YamlNode> items, int line) implements YamlNode {
    @Override
    public String kind() {
      return "a list";
    }
  }

  /** Keys with values, in their order; none twice. */
  record Keys(List<Key> keys, int line) implements YamlNode {
    @Override
    public String kind() {
      return "keys with values";
    }
  }

  /**
   * One key.
   *
   * @param name its name
   * @param value its value
   * @param line the line of the name
   */
  record Key(String name, YamlNode value, int line) {}
}
