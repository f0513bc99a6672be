package ai.prismer.claw.operator.model;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.rules.Defaulting;
import ai.prismer.claw.api.spec.CustomRuntime;
import ai.prismer.claw.api.spec.EnvironmentVariable;
import ai.prismer.claw.api.spec.PortSpec;
import ai.prismer.claw.contract.Environment;
import ai.prismer.claw.contract.Gateway;
import io.fabric8.kubernetes.api.model.Probe;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What distinguishes one runtime from another, as values. A new runtime is a new set of values and
 * touches nothing else.
 *
 * @param image image of the runtime container
 * @param command entry point instead of the image's; empty for the image's own
 * @param args arguments of the entry point
 * @param ports ports by name, in order
 * @param gatewayPort the port of the agent, which the Services carry; null for none
 * @param environment variables that the runtime wants from the operator, in order
 * @param startup probe that holds back the other two; null for none
 * @param liveness probe that restarts the container; null for none
 * @param readiness probe that decides readiness; null for none
 * @param graceSeconds seconds the runtime gets to stop
 */
record RuntimeProfile(
    String image,
    List<String> command,
    List<String> args,
    Map<String, Integer> ports,
    @Nullable Integer gatewayPort,
    Map<String, String> environment,
    @Nullable Probe startup,
    @Nullable Probe liveness,
    @Nullable Probe readiness,
    int graceSeconds) {

  static final String GATEWAY = "gateway";
  private static final String HEALTH = "health";

  static RuntimeProfile of(Claw claw, String openclawImage) {
    return switch (claw.getSpec().runtime()) {
      case OPENCLAW -> openclaw(claw, openclawImage);
      case CUSTOM -> custom(claw);
    };
  }

  private static RuntimeProfile openclaw(Claw claw, String defaultImage) {
    Map<String, Integer> ports = new LinkedHashMap<>();
    ports.put(GATEWAY, Gateway.PORT);
    ports.put(HEALTH, Gateway.HEALTH_PORT);
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put(Environment.OPENCLAW_MODE, "gateway");
    Optional.ofNullable(Defaulting.model(claw.getSpec()))
        .ifPresent(model -> environment.put(Environment.OPENCLAW_MODEL, model));
    Optional.ofNullable(Defaulting.systemPrompt(claw.getSpec()))
        .ifPresent(prompt -> environment.put(Environment.OPENCLAW_SYSTEM_PROMPT, prompt));
    return new RuntimeProfile(
        claw.getSpec().image() == null ? defaultImage : claw.getSpec().image(),
        List.of(),
        List.of(),
        ports,
        Gateway.PORT,
        environment,
        Probes.listening(Gateway.PORT),
        Probes.http("/health", Gateway.HEALTH_PORT),
        Probes.http("/ready", Gateway.HEALTH_PORT),
        RuntimeDefaults.GRACE_SECONDS);
  }

  private static RuntimeProfile custom(Claw claw) {
    CustomRuntime custom = claw.getSpec().customRuntime();
    if (custom == null) {
      throw new IllegalStateException("validation lets no custom runtime pass without its block");
    }
    Map<String, Integer> ports = new LinkedHashMap<>();
    for (PortSpec port : orEmpty(custom.ports())) {
      ports.put(port.name(), port.containerPort());
    }
    Map<String, String> environment = new LinkedHashMap<>();
    for (EnvironmentVariable variable : orEmpty(custom.env())) {
      environment.put(variable.name(), variable.value() == null ? "" : variable.value());
    }
    Integer first = ports.isEmpty() ? null : ports.values().iterator().next();
    return new RuntimeProfile(
        custom.image(),
        orEmpty(custom.command()),
        orEmpty(custom.args()),
        ports,
        ports.getOrDefault(GATEWAY, first),
        environment,
        null,
        Probes.of(custom.healthProbe()),
        Probes.of(custom.readinessProbe()),
        custom.gracefulShutdownSeconds() == null
            ? RuntimeDefaults.GRACE_SECONDS
            : custom.gracefulShutdownSeconds());
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }
}
