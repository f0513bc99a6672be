package ai.prismer.claw.testkit.chart;

import ai.prismer.claw.testkit.attack.Answer;
import ai.prismer.claw.testkit.attack.Call;
import ai.prismer.claw.testkit.attack.Guard;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The chart as {@code helm template} renders it, on the real API server, without the operator's
 * Deployment: accounts, roles and admission policies, in a namespace of its own.
 *
 * <p>Declare it after the {@link ApiServer}. Once the policies are bound nobody but the operator's
 * account can write our status, the administrator included; {@link #operator()} is that account
 * with its real token. When the class ends everything is taken away and the server is seen to
 * accept again, so that the next class finds a server as it was.
 */
public final class InstalledChart implements BeforeAllCallback, AfterAllCallback {
  /** A server picks up changed policies at most this late; it looks once a second. */
  private static final long PATIENCE_MILLIS = 20_000;

  private static final String NOT_A_MANAGER = "not-a-manager";
  private static final int CONFLICT = 409;

  private static final Set<String> LEFT_OUT =
      Set.of("Deployment", "PodDisruptionBudget", "CustomResourceDefinition");

  private final ApiServer server;
  private final List<String> arguments;
  private final List<HasMetadata> installed = new ArrayList<>();
  private @Nullable String namespace;

  /**
   * Makes the extension.
   *
   * @param server the server to install on
   * @param arguments further arguments of {@code helm template}, such as {@code --set}
   */
  public InstalledChart(ApiServer server, String... arguments) {
    this.server = server;
    this.arguments = Arrays.asList(arguments);
  }

  /** The namespace of the release: where the operator would run. */
  public String namespace() {
    if (namespace == null) {
      throw new IllegalStateException("the chart is installed from beforeAll on");
    }
    return namespace;
  }

  /** User name of the operator's account. */
  public String operatorUser() {
    return "system:serviceaccount:" + namespace() + ":k8s4claw";
  }

  /** Client of the operator's account, with a real token. */
  public KubernetesClient operator() {
    return server.clientForServiceAccount(namespace(), "k8s4claw");
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    namespace = server.namespace();
    Helm.Result rendered = Helm.template(namespace, arguments.toArray(String[]::new));
    if (rendered.code() != 0) {
      throw new IllegalStateException("helm template failed: " + rendered.errors());
    }
    List<HasMetadata> items =
        server
            .admin()
            .load(new ByteArrayInputStream(rendered.output().getBytes(StandardCharsets.UTF_8)))
            .items();
    for (HasMetadata item : items) {
      if (!LEFT_OUT.contains(item.getKind())) {
        installed.add(
            server
                .admin()
                .resource(item)
                .inNamespace(namespace)
                .forceConflicts()
                .serverSideApply());
      }
    }
    letSomebodyCreate();
    await("the policies to bite", () -> probes().values().stream().allMatch(refused -> refused));
  }

  @Override
  public void afterAll(ExtensionContext context) {
    for (HasMetadata item : installed.reversed()) {
      server.admin().resource(item).delete();
    }
    await(
        "the policies to be gone", () -> probes().values().stream().noneMatch(refused -> refused));
    installed.clear();
  }

  /** Waits until the server acts on what was just changed about a policy. */
  public void awaitPolicy(String policy, boolean bound) {
    await(
        policy + (bound ? " to bite" : " to be gone"),
        () -> {
          Boolean refused = probes().get(policy);
          return refused != null && refused == bound;
        });
  }

  /**
   * By policy, whether it refuses a dry run that every other one allows. Creations only, so that no
   * object needs to exist; what guards updates alone (the status) comes with the others, because a
   * server takes up all changed policies at once.
   */
  private Map<String, Boolean> probes() {
    String group = "/apis/claw.prismer.ai/v1alpha1/namespaces/" + namespace();
    Map<String, Boolean> refused = new LinkedHashMap<>();
    put(refused, "confinement", Call.post(group + "/claws", claw("{}", "{}")).as(NOT_A_MANAGER));
    put(
        refused,
        "intent-author",
        Call.post(group + "/claws", claw("{\"claw.prismer.ai/ops-intent\":\"{}\"}", "{}")));
    put(
        refused,
        "requests",
        Call.post(group + "/claws", claw("{\"claw.prismer.ai/ops-thaw\":\"nobody\"}", "{}")));
    put(refused, "claw-author", Call.post(group + "/claws", claw("{}", "{\"auth\":1}")));
    put(
        refused,
        "channels",
        Call.post(group + "/clawchannels", object("ClawChannel", "\"spec\":{\"type\":\"webhook\"}"))
            .as(NOT_A_MANAGER));
    put(
        refused,
        "escalations",
        Call.post(
            group + "/clawopsescalations",
            object(
                "ClawOpsEscalation",
                "\"spec\":{\"clawRef\":{\"name\":\"a\"},\"clawUid\":\"0\",\"severity\":\"Low\","
                    + "\"trigger\":{\"type\":\"OOMKilled\",\"firstSeen\":\"-\",\"count\":1}}")));
    put(
        refused,
        "receipts",
        Call.post(
            group + "/clawopsreceipts",
            object(
                "ClawOpsReceipt",
                "\"spec\":{\"index\":0,\"claw\":{\"namespace\":\"-\",\"name\":\"-\",\"uid\":\"-\"},"
                    + "\"decision\":\"Reject\",\"envelope\":\"{}\"}")));
    put(
        refused,
        "log",
        Call.post(
            "/api/v1/namespaces/" + namespace() + "/configmaps",
            "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"k8s4claw-log\"}}"));
    return refused;
  }

  private static String claw(String annotations, String config) {
    return "{\"apiVersion\":\"claw.prismer.ai/v1alpha1\",\"kind\":\"Claw\",\"metadata\":{\"name\":\"dry-run\","
        + "\"annotations\":"
        + annotations
        + "},\"spec\":{\"runtime\":\"openclaw\",\"config\":"
        + config
        + "}}";
  }

  private static String object(String kind, String rest) {
    return "{\"apiVersion\":\"claw.prismer.ai/v1alpha1\",\"kind\":\""
        + kind
        + "\",\"metadata\":{\"name\":\"dry-run\"},"
        + rest
        + "}";
  }

  private void put(Map<String, Boolean> refused, String policy, Call call) {
    String name = "k8s4claw-" + policy;
    Answer answer = Answer.to(call.dryRun(), server.admin());
    if (answer.guard().equals(new Guard.Policy(name))) {
      refused.put(name, true);
    } else if (answer.accepted() || answer.code() == CONFLICT) {
      refused.put(name, false);
    } else {
      throw new IllegalStateException(call.path() + ": " + answer);
    }
  }

  /**
   * Who may create Claws in the chart's namespace, as far as RBAC goes, but does not hold manage.
   */
  private void letSomebodyCreate() {
    String yaml =
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: not-a-manager, namespace: NS}
        rules: [{apiGroups: [claw.prismer.ai], resources: [claws, clawchannels], verbs: [create]}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: not-a-manager, namespace: NS}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: not-a-manager}
        subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: not-a-manager}]
        """
            .replace("NS", namespace());
    server.apply(yaml);
    SubjectAccessReview mayCreate =
        new SubjectAccessReviewBuilder()
            .withNewSpec()
            .withUser(NOT_A_MANAGER)
            .withNewResourceAttributes()
            .withNamespace(namespace())
            .withGroup("claw.prismer.ai")
            .withResource("claws")
            .withVerb("create")
            .endResourceAttributes()
            .endSpec()
            .build();
    // The server takes up a role a moment after it has stored it.
    await(
        "the role to count",
        () -> server.admin().resource(mayCreate).create().getStatus().getAllowed());
  }

  private static void await(String what, BooleanSupplier condition) {
    long until = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException("waited in vain for " + what);
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", interrupted);
      }
    }
  }
}
