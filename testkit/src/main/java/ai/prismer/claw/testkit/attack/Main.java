package ai.prismer.claw.testkit.attack;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tries, with the own token of an agent, what {@link Attacks#reel} lists, and prints who refused
 * each in the server's own words. Exits 0 only if every guard that was named refused and nothing
 * changed.
 */
public final class Main {
  private static final String USAGE =
      "usage: attack.Main --kubeconfig FILE --namespace NS --claw NAME [--operator-namespace"
          + " k8s4claw-system] [--operator-account k8s4claw]";
  private static final int WORDS = 110;

  private Main() {}

  /** Entry point. */
  public static void main(String[] arguments) throws IOException {
    System.exit(run(arguments, System.out, System.err));
  }

  /** What {@link #main} does, with its exit code. */
  public static int run(String[] arguments, PrintStream out, PrintStream err) throws IOException {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      options.put(arguments[i], arguments[i + 1]);
    }
    String file = options.remove("--kubeconfig");
    String namespace = options.remove("--namespace");
    String claw = options.remove("--claw");
    String operatorNamespace = take(options, "--operator-namespace", "k8s4claw-system");
    String account = take(options, "--operator-account", "k8s4claw");
    if (arguments.length % 2 != 0
        || !options.isEmpty()
        || file == null
        || namespace == null
        || claw == null) {
      err.println(USAGE);
      return 2;
    }
    Config config = Config.fromKubeconfig(Files.readString(Path.of(file)));
    // Keys on an elliptic curve are only tried when the client is told.
    config.setClientKeyAlgo("EC");
    try (KubernetesClient administrator =
        new KubernetesClientBuilder().withConfig(config).build()) {
      String operator = "system:serviceaccount:" + operatorNamespace + ":" + account;
      String agent = accountOf(administrator, namespace, claw);
      Target target =
          new Target(
              namespace,
              claw,
              "system:serviceaccount:" + namespace + ":" + agent,
              claw + "-other",
              operatorNamespace,
              operator,
              Users.self(administrator),
              0);
      try (Identities identities = new Identities(config, target)) {
        return reel(
            new Assault(identities, administrator, Clock.systemUTC()), administrator, target, out);
      }
    }
  }

  private static int reel(
      Assault assault, KubernetesClient administrator, Target target, PrintStream out) {
    Scene before = Scene.of(administrator, target);
    List<Attack> attacks = Attacks.reel();
    int refused = 0;
    for (Attack attack : attacks) {
      Assault.Ending ending = assault.attempt(attack, target);
      boolean asNamed = ending.by().equals(attack.guard());
      refused += asNamed ? 1 : 0;
      out.println(
          asNamed
              ? "refused  %s … by %s: %s".formatted(attack.name(), ending.by(), cut(ending.words()))
              : "FAILED   %s … by %s, not by %s: %s"
                  .formatted(attack.name(), ending.by(), attack.guard(), ending.words()));
    }
    List<String> changed = before.changedTo(Scene.of(administrator, target));
    if (!changed.isEmpty()) {
      out.println("CHANGED  " + String.join(", ", changed));
    }
    out.println("attacks=" + attacks.size() + " refused=" + refused);
    return refused == attacks.size() && changed.isEmpty() ? 0 : 1;
  }

  private static String accountOf(KubernetesClient administrator, String namespace, String claw) {
    StatefulSet set =
        administrator.apps().statefulSets().inNamespace(namespace).withName(claw).get();
    if (set == null) {
      throw new IllegalStateException(
          "there is no StatefulSet "
              + namespace
              + "/"
              + claw
              + ": is the Claw there, and the operator?");
    }
    return set.getSpec().getTemplate().getSpec().getServiceAccountName();
  }

  private static String take(Map<String, String> options, String key, String fallback) {
    String value = options.remove(key);
    return value == null ? fallback : value;
  }

  private static String cut(String words) {
    return words.length() <= WORDS ? words : words.substring(0, WORDS - 1) + "…";
  }
}
