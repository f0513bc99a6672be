package ai.prismer.claw.cli.resource;

import ai.prismer.claw.api.Keys;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;

/** Our kinds that people look at. */
public enum Kind {
  /** An agent. */
  CLAW("Claw", "claw", "claws"),
  /** The record of an incident. */
  ESCALATION("ClawOpsEscalation", "clawopsescalation", "clawopsescalations");

  private final String kind;
  private final String singular;
  private final String plural;

  Kind(String kind, String singular, String plural) {
    this.kind = kind;
    this.singular = singular;
    this.plural = plural;
  }

  /** The kind in manifests. */
  public String kind() {
    return kind;
  }

  /** As {@code kubectl -o name} names an object of this kind. */
  public String named(String name) {
    return singular + "." + Keys.GROUP + "/" + name;
  }

  ResourceDefinitionContext context() {
    return new ResourceDefinitionContext.Builder()
        .withGroup(Keys.GROUP)
        .withVersion(Keys.VERSION)
        .withKind(kind)
        .withPlural(plural)
        .withNamespaced(true)
        .build();
  }

  String plural() {
    return plural;
  }
}
