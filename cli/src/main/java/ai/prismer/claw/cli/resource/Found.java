package ai.prismer.claw.cli.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * An object as the server has it, and as this program understands it.
 *
 * @param tree all of it, fields of later versions included
 * @param object what this version knows of it
 */
public record Found<T>(ObjectNode tree, T object) {
  /** Its namespace. */
  public String namespace() {
    return tree.at("/metadata/namespace").asText();
  }

  /** Its name. */
  public String name() {
    return tree.at("/metadata/name").asText();
  }

  /** Its UID. */
  public String uid() {
    return tree.at("/metadata/uid").asText();
  }

  /** When it was made, RFC 3339. */
  public String created() {
    return tree.at("/metadata/creationTimestamp").asText();
  }

  /** What a change must name so that it changes this state and no later one. */
  public String resourceVersion() {
    return tree.at("/metadata/resourceVersion").asText();
  }

  /** The value of an annotation; null where there is none. */
  public @Nullable String annotation(String key) {
    return tree.at("/metadata/annotations").path(key).textValue();
  }
}
