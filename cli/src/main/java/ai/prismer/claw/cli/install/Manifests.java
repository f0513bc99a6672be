package ai.prismer.claw.cli.install;

import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.GlobalOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What {@code helm template} makes of the chart with its defaults, as the build put it into the jar
 * ({@code deploy/k8s4claw.yaml}). A release in another namespace differs in nothing but that name,
 * which a test holds against Helm.
 */
final class Manifests {
  private static final Pattern DOCUMENT = Pattern.compile("(?m)^---\\s*$");
  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  private Manifests() {}

  /**
   * The documents in the order of Helm, without separators.
   *
   * @throws CommandException if no namespace can be called so
   */
  static List<String> in(String namespace) {
    if (!NAMESPACE.matcher(namespace).matches()) {
      throw CommandException.usage("\"" + namespace + "\" is no name of a namespace");
    }
    String text;
    try (InputStream in = Manifests.class.getResourceAsStream("k8s4claw.yaml")) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("this program's jar is damaged", e);
    }
    return Arrays.stream(DOCUMENT.split(text))
        .map(String::strip)
        .filter(document -> !document.isEmpty())
        .map(document -> document.replace(GlobalOptions.DEFAULT_NAMESPACE, namespace))
        .toList();
  }

  /** Whether a document goes with what people made: definitions, and with them every agent. */
  static boolean isDefinition(String document) {
    return document.contains("\nkind: CustomResourceDefinition\n");
  }

  /** The namespace itself, which Helm leaves to {@code --create-namespace}. */
  static String namespace(String name) {
    return "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: " + name;
  }
}
