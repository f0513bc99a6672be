package ai.prismer.claw.cli.resource;

import ai.prismer.claw.cli.output.Format;
import ai.prismer.claw.cli.output.Screen;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Objects as {@code -o json|yaml|name} shows them: like kubectl. */
public final class Writing {
  private Writing() {}

  /** One object. */
  public static void one(Screen screen, Format format, Kind kind, Found<?> found) {
    if (format == Format.NAME) {
      screen.result(kind.named(found.name()));
    } else {
      screen.result(format, found.tree());
    }
  }

  /** Several objects, as a List. */
  public static void all(
      Screen screen, Format format, Kind kind, List<? extends Found<?>> objects) {
    if (format == Format.NAME) {
      objects.forEach(found -> screen.result(kind.named(found.name())));
      return;
    }
    ObjectNode list = Screen.object().put("apiVersion", "v1").put("kind", "List");
    var items = list.putArray("items");
    objects.forEach(found -> items.add(found.tree()));
    screen.result(format, list);
  }
}
