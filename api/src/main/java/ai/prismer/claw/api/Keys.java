package ai.prismer.claw.api;

/** Group, labels, annotations, finalizers and verbs: each name that stands in a cluster. */
public final class Keys {
  /** API group of all our kinds. */
  public static final String GROUP = "claw.prismer.ai";

  /** Version of all our kinds. */
  public static final String VERSION = "v1alpha1";

  /** Held until the operator has said goodbye to the children of a Claw. */
  public static final String FINALIZER = GROUP + "/cleanup";

  /** Held on a channel while a Claw names it. */
  public static final String CHANNEL_FINALIZER = GROUP + "/channel-cleanup";

  /** What older versions held a channel with; only ever removed. */
  public static final String OLD_CHANNEL_FINALIZER = GROUP + "/channel-protection";

  /** The request for one bounded operation, JSON; see the gate. */
  public static final String INTENT = GROUP + "/ops-intent";

  /** Who wrote {@link #INTENT}: checked by the admission policy against the authenticated user. */
  public static final String INTENT_BY = GROUP + "/ops-intent-by";

  /** Class of the author: {@code operator}, {@code manager} or {@code llm}; checked as well. */
  public static final String INTENT_CLASS = GROUP + "/ops-intent-class";

  /**
   * Lets self-healing go on after it has stopped; the value is the writer's own user name, which
   * the admission policy checks.
   */
  public static final String THAW = GROUP + "/ops-thaw";

  /**
   * Takes an adjustment away: the writer's own user name, {@code #}, and the adjusted field, such
   * as {@code alice#memory}; the admission policy checks the name.
   */
  public static final String UNDO = GROUP + "/ops-undo";

  /**
   * What a companion found out about the escalation it was given, JSON of at most 8 KiB; only who
   * holds {@link #VERB_ANALYZE} or {@link #VERB_MANAGE} may write it.
   */
  public static final String ANALYSIS = GROUP + "/ops-analysis";

  /**
   * Who wrote {@link #ANALYSIS}: checked by the admission policy against the authenticated user.
   */
  public static final String ANALYSIS_BY = GROUP + "/ops-analysis-by";

  /**
   * On the operator's Namespace: replace the signing key with this hash by a new one. The value
   * names the key that goes, so the request is answered once and may stay.
   */
  public static final String AUDIT_ROTATE = GROUP + "/audit-rotate";

  /** Who wrote {@link #AUDIT_ROTATE}: their own user name, checked by the admission policy. */
  public static final String AUDIT_ROTATE_BY = GROUP + "/audit-rotate-by";

  /** On the operator's Namespace: receipts with a lower index may be deleted. */
  public static final String AUDIT_PRUNE_BELOW = GROUP + "/audit-prune-below";

  /** Who wrote {@link #AUDIT_PRUNE_BELOW}: their own user name, checked by the policy. */
  public static final String AUDIT_PRUNE_BY = GROUP + "/audit-prune-by";

  /** Label of a receipt that could not be signed when it was written. */
  public static final String LABEL_UNSIGNED = GROUP + "/unsigned";

  /** Mirror of the last processed generation, for people; the authority is the status. */
  public static final String INTENT_GENERATION = GROUP + "/ops-intent-gen";

  /** {@code "true"}: the operator leaves this Claw alone until the annotation is gone. */
  public static final String PAUSED = GROUP + "/paused";

  /**
   * Hash of what a child was last applied with; lets the operator skip writes that change nothing.
   */
  public static final String APPLIED_HASH = GROUP + "/applied-hash";

  /** Generation of the rollout restart that a pod was made for; stands on template and pods. */
  public static final String RESTART = GROUP + "/restart";

  /** Hash of the pod template without resources; stands on template and pods. */
  public static final String TEMPLATE_HASH = GROUP + "/template-hash";

  /** Generation of the last heal that a child was applied with: never applied from a lower one. */
  public static final String HEAL_GENERATION = GROUP + "/heal-generation";

  /** Label: the runtime of the Claw. */
  public static final String LABEL_RUNTIME = GROUP + "/runtime";

  /** Label: the name of the Claw. */
  public static final String LABEL_INSTANCE = GROUP + "/instance";

  /** Label of a receipt: the namespace of the Claw, which is not the receipt's own. */
  public static final String LABEL_CLAW_NAMESPACE = GROUP + "/claw-namespace";

  /** Label: {@code app.kubernetes.io/managed-by}. */
  public static final String LABEL_MANAGED_BY = "app.kubernetes.io/managed-by";

  /** Value of {@link #LABEL_MANAGED_BY} on every child. */
  public static final String MANAGED_BY = "k8s4claw";

  /** Label: {@code app.kubernetes.io/name}, always {@code claw}. */
  public static final String LABEL_NAME = "app.kubernetes.io/name";

  /** Label: {@code app.kubernetes.io/instance}, the name of the Claw. */
  public static final String LABEL_APP_INSTANCE = "app.kubernetes.io/instance";

  /** Label: {@code app.kubernetes.io/component}. */
  public static final String LABEL_COMPONENT = "app.kubernetes.io/component";

  /** Label: {@code app.kubernetes.io/part-of}, always {@code k8s4claw}. */
  public static final String LABEL_PART_OF = "app.kubernetes.io/part-of";

  /** Name of the container that runs the agent. */
  public static final String RUNTIME_CONTAINER = "runtime";

  /** Name of the container that carries messages between channels and the agent. */
  public static final String BUS_CONTAINER = "ipc-bus";

  /** What the name of a channel's container begins with; the name of the channel follows. */
  public static final String CHANNEL_CONTAINER_PREFIX = "channel-";

  /**
   * Custom verb on {@code claws} and {@code clawchannels}: may write any field a person may write.
   */
  public static final String VERB_MANAGE = "manage";

  /** Custom verb on {@code claws}: may write {@link #ANALYSIS}. */
  public static final String VERB_ANALYZE = "analyze";

  /** Custom verb on {@code clawopsescalations}: may approve or reject. */
  public static final String VERB_APPROVE = "approve";

  /** ConfigMap of the operator's namespace that holds the head of the receipt log. */
  public static final String LOG_CONFIG_MAP = "k8s4claw-log";

  /** ConfigMap of the operator's namespace that changes rules and signals. */
  public static final String RULES_CONFIG_MAP = "k8s4claw-rules";

  /** Secret of the operator's namespace that holds the signing key of the receipt log. */
  public static final String SIGNING_SECRET = "k8s4claw-signing-key";

  private Keys() {}
}
