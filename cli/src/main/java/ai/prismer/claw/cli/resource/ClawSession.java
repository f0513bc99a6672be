package ai.prismer.claw.cli.resource;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.GlobalOptions;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;

/**
 * What a verb about one Claw works with.
 *
 * @param client client of the person
 * @param claws the Claws of the cluster
 * @param claw the one that was named, as it was found
 */
public record ClawSession(KubernetesClient client, Store<Claw> claws, Found<Claw> claw) {
  /** As {@code -o name} prints it, or only the name. */
  private static final Pattern PREFIX =
      Pattern.compile("^(cl|claw|claws)(\\.claw\\.prismer\\.ai)?/");

  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

  /**
   * Finds a Claw and does something with it.
   *
   * @param what what is tried, for error messages: "thawing"
   * @param given the name from the command line
   * @return what the work returns: the exit code
   */
  public static int on(
      GlobalOptions options, String what, String given, ToIntFunction<ClawSession> work) {
    String name = name(given);
    return options
        .cluster()
        .call(
            what + " Claw " + name,
            client -> {
              Store<Claw> claws = new Store<>(client, Kind.CLAW, Claw.class);
              Found<Claw> found = claws.get(options.clawNamespace(client), name);
              return work.applyAsInt(new ClawSession(client, claws, found));
            });
  }

  /**
   * The name in what was given, which may be a line of {@code -o name}.
   *
   * @throws CommandException if no object can be called so
   */
  public static String name(String given) {
    String name = PREFIX.matcher(given).replaceFirst("");
    if (!NAME.matcher(name).matches()) {
      throw CommandException.usage("\"" + given + "\" is no name of a Claw");
    }
    return name;
  }

  /** The Claw as it is now. */
  public Found<Claw> look() {
    return claws.get(claw.namespace(), claw.name());
  }

  /** A command of this program about this Claw, to be copied. */
  public String command(String verb) {
    return command(verb, claw);
  }

  /** A command of this program about a Claw, to be copied. */
  public static String command(String verb, Found<Claw> claw) {
    return "kubectl claw " + verb + " " + claw.name() + " -n " + claw.namespace();
  }
}
