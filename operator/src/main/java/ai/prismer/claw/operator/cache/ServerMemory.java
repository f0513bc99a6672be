package ai.prismer.claw.operator.cache;

import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;

/**
 * Lists what the API server has in memory.
 *
 * <p>A list that must be the latest waits in the server until the server knows that it is: while
 * others write and nobody writes this kind, for up to a tenth of a second (KEP-2340). That is worth
 * it where a decision rests on the list alone. Where admission or an eviction has the last word
 * anyway, and what was read may be outdated a moment later either way, the server's memory, which
 * is behind by milliseconds, serves as well.
 */
public final class ServerMemory {
  /** Any version will do ({@code resourceVersion=0}). */
  public static final ListOptions LIST = new ListOptionsBuilder().withResourceVersion("0").build();

  private ServerMemory() {}
}
