package ai.prismer.claw.gate.decision;

import ai.prismer.claw.gate.canonical.CanonicalJson;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who wrote an intent, as the admission policy vouched for it.
 *
 * @param authorClass what kind of identity
 * @param name the authenticated user name, at most {@value #MAX_NAME} characters
 */
public record Author(AuthorClass authorClass, String name) {
  /** Longer user names are none: without this bound a name could push a receipt over its size. */
  public static final int MAX_NAME = 512;

  /**
   * Checks the length of the name.
   *
   * @throws IllegalArgumentException if the name is too long or no valid Unicode
   */
  public Author {
    Objects.requireNonNull(authorClass);
    if (name.length() > MAX_NAME || CanonicalJson.hasLoneSurrogate(name)) {
      throw new IllegalArgumentException("a user name is at most " + MAX_NAME + " characters");
    }
  }

  /**
   * The author that the two annotations name. An absent, empty or oversized name is nobody's,
   * whatever class it claims.
   *
   * @param authorClass value of {@code ops-intent-class}
   * @param name value of {@code ops-intent-by}
   */
  public static Author of(@Nullable String authorClass, @Nullable String name) {
    if (name == null
        || name.isEmpty()
        || name.length() > MAX_NAME
        || CanonicalJson.hasLoneSurrogate(name)) {
      return new Author(AuthorClass.NONE, "");
    }
    return new Author(AuthorClass.of(authorClass), name);
  }
}
