package ai.prismer.claw.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options that may stand anywhere on the command line, before or after the verb. */
public final class GlobalOptions {
  /** Where the operator is installed unless somebody chose otherwise. */
  static final String DEFAULT_NAMESPACE = "k8s4claw-system";

  @Option(
      names = {"-n", "--namespace"},
      scope = ScopeType.INHERIT,
      paramLabel = "NAMESPACE",
      description = "Namespace of the operator (default: " + DEFAULT_NAMESPACE + ").")
  private @Nullable String namespace;

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

  /** Namespace of the operator. */
  public String namespace() {
    return namespace == null ? DEFAULT_NAMESPACE : namespace;
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
    return switch (output) {
      case null -> false;
      case "table" -> false;
      case "json" -> true;
      default -> throw CommandException.usage("-o is table or json here, not " + output);
    };
  }
}
