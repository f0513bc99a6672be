package ai.prismer.claw.operator.model;

import ai.prismer.claw.api.Claw;
import io.fabric8.kubernetes.client.utils.Serialization;

/** Claws for tests, from the YAML a person would write. */
public final class Claws {

  private Claws() {}

  /** A Claw {@code my-agent} in namespace {@code team} with this spec, and maybe a status. */
  public static Claw of(String specAndStatus) {
    Claw claw =
        Serialization.unmarshal(
            """
            apiVersion: claw.prismer.ai/v1alpha1
            kind: Claw
            metadata: {name: my-agent, namespace: team, uid: claw-uid, generation: 1, resourceVersion: "7"}
            """
                + specAndStatus,
            Claw.class);
    return claw;
  }

  /** The least that is a Claw. */
  public static Claw openclaw() {
    return of("spec: {runtime: openclaw}\n");
  }
}
