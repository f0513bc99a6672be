package ai.prismer.claw.gate.rule;

import ai.prismer.claw.gate.text.ForeignText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads one document of YAML into a tree that knows its lines.
 *
 * <p>From the parser's events, not by its loader: the parser keeps its own stack, so the depth of
 * what somebody wrote costs no stack of ours, and it is refused at a depth that no rule needs.
 * Anchors, aliases and tags are refused, because nothing here needs them and they are how a few
 * lines become gigabytes; a key that stands twice is refused, because readers differ about which
 * one counts.
 */
final class YamlTree {
  /** The most characters that are read. */
  static final int MAX_CHARACTERS = 64 * 1024;

  private static final int MAX_DEPTH = 4;

  private final Iterator<Event> events;
  private Event event;

  private YamlTree(Iterator<Event> events) {
    this.events = events;
    this.event = events.next();
  }

  /**
   * Reads a document.
   *
   * @return its tree; null for one that is empty
   * @throws Misfit if it is no YAML, or more than the reader takes
   */
  static @Nullable YamlNode read(String text) throws Misfit {
    if (text.length() > MAX_CHARACTERS) {
      throw new Misfit(1, null, "it is longer than " + MAX_CHARACTERS + " characters");
    }
    LoadSettings settings = LoadSettings.builder().setCodePointLimit(MAX_CHARACTERS).build();
    try {
      return new YamlTree(new Parse(settings).parseString(text).iterator()).document();
    } catch (MarkedYamlEngineException wrong) {
      int line = wrong.getProblemMark().map(Mark::getLine).orElse(0) + 1;
      throw new Misfit(line, null, "no YAML: " + ForeignText.line(wrong.getProblem(), 128));
    } catch (YamlEngineException wrong) {
      throw new Misfit(
          1, null, "no YAML: " + ForeignText.line(String.valueOf(wrong.getMessage()), 128));
    }
  }

  private @Nullable YamlNode document() throws Misfit {
    expect(Event.ID.StreamStart);
    if (event.getEventId() == Event.ID.StreamEnd) {
      return null;
    }
    expect(Event.ID.DocumentStart);
    YamlNode root = isNothing() ? null : node(1);
    if (root == null) {
      expect(Event.ID.Scalar);
    }
    expect(Event.ID.DocumentEnd);
    if (event.getEventId() != Event.ID.StreamEnd) {
      throw misfit("there is a second document after \"---\"; write one");
    }
    return root;
  }

  private YamlNode node(int depth) throws Misfit {
    if (depth > MAX_DEPTH) {
      throw misfit("this is nested more deeply than anything that is read here");
    }
    if (event instanceof NodeEvent named && named.getAnchor().isPresent()) {
      throw misfit("anchors and aliases are not read; write the value out");
    }
    Optional<String> tag = tag();
    if (tag.isPresent()) {
      throw misfit("tags are not read; leave " + ForeignText.quoted(tag.get()) + " out");
    }
    int line = line();
    return switch (event.getEventId()) {
      case Scalar -> new YamlNode.Text(text(), line);
      case SequenceStart -> items(line, depth);
      case MappingStart -> keys(line, depth);
      default -> throw misfit("a value is missing");
    };
  }

  private String text() {
    String value = ((ScalarEvent) event).getValue();
    next();
    return value;
  }

  private Optional<String> tag() {
    return switch (event) {
      case ScalarEvent scalar -> scalar.getTag();
      case CollectionStartEvent collection -> collection.getTag();
      default -> Optional.empty();
    };
  }

  private YamlNode items(int line, int depth) throws Misfit {
    List<YamlNode> items = new ArrayList<>();
    next();
    while (event.getEventId() != Event.ID.SequenceEnd) {
      items.add(node(depth + 1));
    }
    next();
    return new YamlNode.Items(items, line);
  }

  private YamlNode keys(int line, int depth) throws Misfit {
    List<YamlNode.Key> keys = new ArrayList<>();
    Set<String> names = new HashSet<>();
    next();
    while (event.getEventId() != Event.ID.MappingEnd) {
      if (!(event instanceof ScalarEvent)) {
        throw misfit("a key is a word");
      }
      int at = line();
      YamlNode.Text name = (YamlNode.Text) node(depth + 1);
      if (!names.add(name.value())) {
        throw new Misfit(at, ForeignText.line(name.value(), 64), "this key stands here twice");
      }
      keys.add(new YamlNode.Key(name.value(), node(depth + 1), at));
    }
    next();
    return new YamlNode.Keys(keys, line);
  }

  /** Whether the document has no content: only comments, or nothing. */
  private boolean isNothing() {
    return event instanceof ScalarEvent scalar
        && scalar.getScalarStyle() == ScalarStyle.PLAIN
        && scalar.getAnchor().isEmpty()
        && scalar.getTag().isEmpty()
        && scalar.getValue().isEmpty();
  }

  private void expect(Event.ID id) throws Misfit {
    if (event.getEventId() != id) {
      throw misfit("a value is missing");
    }
    next();
  }

  private void next() {
    event = events.next();
  }

  private int line() {
    return event.getStartMark().map(Mark::getLine).orElse(0) + 1;
  }

  private Misfit misfit(String reason) {
    return new Misfit(line(), null, reason);
  }
}
