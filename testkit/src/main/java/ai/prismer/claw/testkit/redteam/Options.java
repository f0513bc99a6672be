package ai.prismer.claw.testkit.redteam;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What the red team is told.
 *
 * @param kubeconfig file of a cluster administrator
 * @param image image of an agent that answers its probes and does nothing
 * @param namespace namespace to make and to take away
 * @param operatorNamespace where the operator runs
 * @param operatorAccount its ServiceAccount
 * @param deployment its Deployment
 * @param seed of the malformed intents
 * @param malformed how many of them
 * @param claws how many Claws they go to
 * @param onReturn how long what waited may take to be refused once the operator is back
 */
record Options(
    String kubeconfig,
    String image,
    String namespace,
    String operatorNamespace,
    String operatorAccount,
    String deployment,
    long seed,
    int malformed,
    int claws,
    Duration onReturn) {
  static final String USAGE =
      "usage: redteam.Main --kubeconfig FILE --image IMAGE [--namespace claw-red-team]"
          + " [--operator-namespace k8s4claw-system] [--operator-account k8s4claw]"
          + " [--deployment k8s4claw] [--seed N] [--malformed 510] [--claws 30]"
          + " [--on-return SECONDS, 10]";

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException with a sentence if it cannot be understood
   */
  static Options parse(String[] arguments) {
    if (arguments.length % 2 != 0) {
      throw new IllegalArgumentException("every option has one value");
    }
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i < arguments.length; i += 2) {
      given.put(arguments[i], arguments[i + 1]);
    }
    Options options =
        new Options(
            required(given, "--kubeconfig"),
            required(given, "--image"),
            take(given, "--namespace", "claw-red-team"),
            take(given, "--operator-namespace", "k8s4claw-system"),
            take(given, "--operator-account", "k8s4claw"),
            take(given, "--deployment", "k8s4claw"),
            Long.parseLong(take(given, "--seed", "20260101")),
            Integer.parseInt(take(given, "--malformed", "510")),
            Integer.parseInt(take(given, "--claws", "30")),
            Duration.ofSeconds(Long.parseLong(take(given, "--on-return", "10"))));
    if (!given.isEmpty()) {
      throw new IllegalArgumentException("unknown: " + String.join(", ", given.keySet()));
    }
    return options;
  }

  private static String required(Map<String, String> given, String name) {
    String value = given.remove(name);
    if (value == null) {
      throw new IllegalArgumentException(name + " is missing");
    }
    return value;
  }

  private static String take(Map<String, String> given, String name, String fallback) {
    String value = given.remove(name);
    return value == null ? fallback : value;
  }
}
