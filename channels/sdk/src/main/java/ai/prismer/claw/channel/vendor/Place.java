package ai.prismer.claw.channel.vendor;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a person said something. Its {@link #id} is the message's id on the bus: the same however
 * often, and by whichever way, the service tells of the message; and an answer finds its place by
 * it even if the agent gives back nothing else.
 *
 * @param channel the service's id of the conversation
 * @param message the service's id of the message in it
 * @param thread the service's id of the thread that the message is in, null if it is in none
 */
public record Place(String channel, String message, @Nullable String thread) {
  private static final Pattern ID =
      Pattern.compile("([A-Za-z0-9]{1,32}):([0-9.]{1,32})(?::([0-9.]{1,32}))?");

  /** The id of the message on the bus. */
  public String id() {
    return channel + ":" + message + (thread == null ? "" : ":" + thread);
  }

  /** Reads an {@link #id}; null if it is none. */
  public static @Nullable Place parse(@Nullable String id) {
    Matcher parts = ID.matcher(id == null ? "" : id);
    return parts.matches() ? new Place(parts.group(1), parts.group(2), parts.group(3)) : null;
  }
}
