package ai.prismer.claw.cli;

import ai.prismer.claw.cli.output.Format;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * Options that may stand anywhere on the command line, before or after the verb. What they mean to
 * each verb, and which of them it takes, {@link ClusterOptions} says.
 */
public final class GlobalOptions {
  /** Where the operator is installed unless somebody chose otherwise. */
  public static final String DEFAULT_NAMESPACE = "k8s4claw-system";

  @Option(
      names = {"-n", "--namespace"},
      scope = ScopeType.INHERIT,
      paramLabel = "NAMESPACE",
      description = "Namespace of the operator (default: " + DEFAULT_NAMESPACE + ").")
  private @Nullable String namespace;

  @Option(
      names = {"-A", "--all-namespaces"},
      scope = ScopeType.INHERIT,
      hidden = true,
      description = "In all namespaces.")
  private boolean allNamespaces;

  @Option(
      names = "--context",
      scope = ScopeType.INHERIT,
      paramLabel = "NAME",
      description = "Context of the kubeconfig (default: its current one).")
  private @Nullable String context;

  @Option(
      names = "--kubeconfig",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description = "Kubeconfig (default: $KUBECONFIG, then ~/.kube/config).")
  private @Nullable Path kubeconfig;

  @Option(
      names = {"-o", "--output"},
      scope = ScopeType.INHERIT,
      paramLabel = "table|json|FILE",
      description =
          "table (default) or json; for 'audit export' the file to write (default: standard"
              + " output).")
  private @Nullable String output;

  /** Namespace of the operator, for verbs about the operator and its log. */
  public String namespace() {
    return namespace == null ? DEFAULT_NAMESPACE : namespace;
  }

  /** Namespace of a Claw: the one that was named, else that of the context, as kubectl has it. */
  public String clawNamespace(KubernetesClient client) {
    if (namespace != null) {
      return namespace;
    }
    String current = client.getConfiguration().getNamespace();
    return current == null || current.isEmpty() ? "default" : current;
  }

  /**
   * Whether all namespaces are meant.
   *
   * @throws CommandException if one is named as well
   */
  public boolean isAllNamespaces() {
    if (allNamespaces && namespace != null) {
      throw CommandException.usage("-A and -n exclude each other");
    }
    return allNamespaces;
  }

  /** Which cluster to talk to. */
  public ClusterAccess cluster() {
    return new ClusterAccess(kubeconfig, context);
  }

  /** The value of {@code -o}, for the one command that writes a file. */
  public @Nullable String outputFile() {
    return output;
  }

  /**
   * Whether the result is for a machine.
   *
   * @throws CommandException if {@code -o} is neither table nor json
   */
  public boolean isJson() {
    return format(List.of(Format.TABLE, Format.JSON)) == Format.JSON;
  }

  /**
   * How the result is written; the first is the default.
   *
   * @throws CommandException if {@code -o} is none of these
   */
  public Format format(List<Format> possible) {
    if (output == null) {
      return possible.getFirst();
    }
    return possible.stream()
        .filter(format -> format.id().equals(output))
        .findFirst()
        .orElseThrow(
            () -> CommandException.usage("-o is " + either(possible) + " here, not " + output));
  }

  private static String either(List<Format> possible) {
    List<String> names = possible.stream().map(Format::id).toList();
    return String.join(", ", names.subList(0, names.size() - 1)) + " or " + names.getLast();
  }
}
