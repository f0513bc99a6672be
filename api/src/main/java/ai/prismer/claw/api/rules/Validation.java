package ai.prismer.claw.api.rules;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.spec.ClawSpec;
import ai.prismer.claw.api.spec.ContainerResources;
import ai.prismer.claw.api.spec.CustomRuntime;
import ai.prismer.claw.api.spec.EnvironmentVariable;
import ai.prismer.claw.api.spec.NetworkPolicySpec;
import ai.prismer.claw.api.spec.Ops;
import ai.prismer.claw.api.spec.RuntimeName;
import ai.prismer.claw.contract.Environment;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Everything that makes a Claw impossible to carry out, found without asking the cluster.
 *
 * <p>The resource definition says most of it first, on the server. It cannot look inside {@code
 * config}, which may be any object; and an object can predate a rule. So the operator runs this on
 * what it reads, and shows the result as a condition instead of making a pod that cannot work.
 */
public final class Validation {
  /** Longest name of a Claw: it flows into labels, Service names and pod names. */
  public static final int MAX_NAME = 52;

  private static final Pattern NAME = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern CIDR =
      Pattern.compile(
          "((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\\.){3}(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])/([12]?[0-9]|3[0-2])"
              + "|[0-9a-fA-F:]{2,39}/([1-9]?[0-9]|1[01][0-9]|12[0-8])");
  private static final Set<String> OPERATOR_KEYS =
      Set.of("auth", "bind", "token", "tokens", "pairing");
  private static final Set<String> OPERATOR_VARIABLES =
      Set.of(Environment.CLAW_NAME, Environment.CLAW_NAMESPACE, "IPC_SOCKET_PATH");

  private Validation() {}

  /**
   * Everything that is wrong, in the order of the fields; empty when the Claw can be carried out.
   */
  public static List<Violation> of(Claw claw) {
    List<Violation> found = new ArrayList<>();
    name(claw.getMetadata().getName(), found);
    ClawSpec spec = claw.getSpec();
    if (spec == null || spec.runtime() == null) {
      found.add(new Violation("spec.runtime", "nothing", "name a runtime: openclaw or custom"));
      return List.copyOf(found);
    }
    runtime(spec, found);
    config(spec.config(), found);
    resources("spec.resources", spec.resources(), found);
    networkPolicy(Defaulting.networkPolicy(spec), found);
    durations(spec.ops(), found);
    replicas(spec, found);
    ChannelValidation.of(spec, found);
    bounds(spec, found);
    return List.copyOf(found);
  }

  private static void name(String name, List<Violation> found) {
    if (name.length() > MAX_NAME || !NAME.matcher(name).matches()) {
      found.add(
          new Violation(
              "metadata.name",
              shown(name),
              "use at most " + MAX_NAME + " of a-z, 0-9 and -, beginning with a letter"));
    }
  }

  private static void runtime(ClawSpec spec, List<Violation> found) {
    CustomRuntime custom = spec.customRuntime();
    if (spec.runtime() == RuntimeName.CUSTOM && custom == null) {
      found.add(new Violation("spec.customRuntime", "nothing", "runtime custom requires it"));
    }
    if (spec.runtime() != RuntimeName.CUSTOM && custom != null) {
      found.add(new Violation("spec.customRuntime", "a block", "only runtime custom has one"));
    }
    if (custom == null) {
      return;
    }
    resources("spec.customRuntime.resources", custom.resources(), found);
    List<EnvironmentVariable> variables = custom.env() == null ? List.of() : custom.env();
    for (EnvironmentVariable variable : variables) {
      variable("spec.customRuntime.env", variable.name(), found);
    }
  }

  private static void config(@Nullable JsonNode config, List<Violation> found) {
    if (config == null || config.isNull()) {
      return;
    }
    if (!config.isObject()) {
      found.add(new Violation("spec.config", shown(config.toString()), "write a JSON object"));
      return;
    }
    operatorKeys("spec.config", config, found);
    operatorKeys("spec.config.gateway", config.path("gateway"), found);
    JsonNode environment = config.path(Defaulting.CONFIG_ENVIRONMENT);
    if (environment.isMissingNode()) {
      return;
    }
    if (!environment.isObject()) {
      found.add(
          new Violation(
              "spec.config.environment", shown(environment.toString()), "write a map of strings"));
      return;
    }
    for (Map.Entry<String, JsonNode> entry : environment.properties()) {
      variable("spec.config.environment", entry.getKey(), found);
      if (!entry.getValue().isTextual()) {
        found.add(
            new Violation(
                "spec.config.environment." + shown(entry.getKey()),
                shown(entry.getValue().toString()),
                "write a string, in quotes"));
      }
    }
  }

  private static void operatorKeys(String path, JsonNode object, List<Violation> found) {
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      if (OPERATOR_KEYS.contains(entry.getKey())) {
        found.add(
            new Violation(
                path + "." + entry.getKey(),
                "a value of your own",
                "the operator sets authentication, bind address, tokens and pairing"));
      }
    }
  }

  private static void variable(String path, String name, List<Violation> found) {
    if (!VARIABLE.matcher(name).matches()) {
      found.add(new Violation(path, shown(name), "use letters, digits and _ for a variable name"));
    } else if (OPERATOR_VARIABLES.contains(name)) {
      found.add(new Violation(path + "." + name, "a value of your own", "the operator sets it"));
    }
  }

  private static void resources(
      String path, @Nullable ContainerResources resources, List<Violation> found) {
    if (resources == null) {
      return;
    }
    Map<String, Quantity> limits = resources.limits() == null ? Map.of() : resources.limits();
    Map<String, Quantity> requests = resources.requests() == null ? Map.of() : resources.requests();
    limits.forEach((name, value) -> quantity(path + ".limits." + name, value, found));
    requests.forEach((name, value) -> {
      Quantity limit = limits.get(name);
      String field = path + ".requests." + name;
      if (quantity(field, value, found)
          && limit != null
          && quantity(field, limit, new ArrayList<>())
          && value.getNumericalAmount().compareTo(limit.getNumericalAmount()) > 0) {
        found.add(new Violation(field, value.toString(), "a request must not exceed its limit"));
      }
    });
  }

  private static boolean quantity(String field, Quantity value, List<Violation> found) {
    try {
      if (value.getNumericalAmount().signum() >= 0) {
        return true;
      }
    } catch (ArithmeticException | IllegalArgumentException unreadable) {
      // Said below, like a negative one.
    }
    found.add(new Violation(field, shown(value.toString()), "write a quantity like 500m or 512Mi"));
    return false;
  }

  private static void networkPolicy(@Nullable NetworkPolicySpec policy, List<Violation> found) {
    List<String> ranges =
        policy == null || policy.allowedEgressCIDRs() == null
            ? List.of()
            : policy.allowedEgressCIDRs();
    for (String range : ranges) {
      if (!CIDR.matcher(range).matches()) {
        found.add(
            new Violation(
                "spec.security.networkPolicy.allowedEgressCIDRs",
                shown(range),
                "write a range like 192.0.2.0/24"));
      }
    }
  }

  private static void bounds(ClawSpec spec, List<Violation> found) {
    Ops ops = spec.ops();
    if (ops != null) {
      bound("spec.ops.maxMemory", ops.maxMemory(), "memory", found);
      bound("spec.ops.maxCpu", ops.maxCpu(), "CPU", found);
    }
  }

  private static void bound(
      String field, @Nullable Quantity most, String what, List<Violation> found) {
    if (most != null && quantity(field, most, found) && most.getNumericalAmount().signum() == 0) {
      found.add(
          new Violation(field, shown(most.toString()), "write how much " + what + " is the most"));
    }
  }

  private static void replicas(ClawSpec spec, List<Violation> found) {
    if (Defaulting.replicas(spec) > 1 && spec.runtime() != RuntimeName.CUSTOM) {
      found.add(
          new Violation(
              "spec.replicas",
              String.valueOf(spec.replicas()),
              "leave it out or set 1: this runtime keeps state that only one pod may write"));
    }
  }

  private static void durations(@Nullable Ops ops, List<Violation> found) {
    if (ops != null) {
      duration("verifyWindow", ops.verifyWindow(), "30s", "30m", found);
      duration("approvalTimeout", ops.approvalTimeout(), "1m", "24h", found);
      duration("adjustmentTTL", ops.adjustmentTTL(), "10m", "8760h", found);
    }
  }

  private static void duration(
      String field, @Nullable String value, String least, String most, List<Violation> found) {
    if (value != null && !isBetween(value, Durations.parse(least), Durations.parse(most))) {
      found.add(
          new Violation(
              "spec.ops." + field,
              shown(value),
              "write a duration between " + least + " and " + most));
    }
  }

  private static boolean isBetween(String value, Duration least, Duration most) {
    try {
      Duration duration = Durations.parse(value);
      return duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0;
    } catch (IllegalArgumentException unreadable) {
      return false;
    }
  }

  private static String shown(String value) {
    String plain = value.replaceAll("[^\\x20-\\x7e]", "?");
    return '"' + (plain.length() > 80 ? plain.substring(0, 80) + "…" : plain) + '"';
  }
}
