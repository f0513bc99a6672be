package ai.prismer.claw.bench;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.ClawOpsReceipt;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.gate.receipt.Expectation;
import ai.prismer.claw.gate.receipt.ExportHeader;
import ai.prismer.claw.gate.receipt.Frontier;
import ai.prismer.claw.gate.receipt.LogObjects;
import ai.prismer.claw.gate.receipt.NotVerifiedException;
import ai.prismer.claw.gate.receipt.ReceiptVerifier;
import ai.prismer.claw.gate.receipt.Verification;
import ai.prismer.claw.gate.receipt.VerifierKey;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Compares the operators' own books, receipts and statuses, with those they could not write. */
final class CrashVerdict {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long HEALED = 96L << 20;

  private final List<JsonNode> predicates = new ArrayList<>();
  private final StringBuilder faults = new StringBuilder();
  private final String verification;
  private int intents;
  private int heals;
  private int executed;
  private int twice;
  private int lost;

  private CrashVerdict(String verification) {
    this.verification = verification;
  }

  /** Reads the log, verifies it as a stranger would, and looks every entry of the book up in it. */
  static CrashVerdict of(
      KubernetesClient admin, Fleet fleet, String namespace, CrashLoad load, Kubelet kubelet)
      throws IOException {
    List<ClawOpsReceipt> receipts =
        admin.resources(ClawOpsReceipt.class).inNamespace(Bed.NAMESPACE).list().getItems().stream()
            .sorted(Comparator.comparing(receipt -> receipt.getSpec().index()))
            .toList();
    CrashVerdict verdict = new CrashVerdict(verify(admin, receipts));
    for (ClawOpsReceipt receipt : receipts) {
      verdict.predicates.add(predicate(receipt));
    }
    for (Claw claw : fleet.claws(namespace)) {
      String name = claw.getMetadata().getName();
      verdict.compare(claw, load.asked(name), load.mustHeal(name));
      verdict.compareWorld(claw, kubelet.podsEver(namespace + "/" + name));
    }
    return verdict;
  }

  private void compare(Claw claw, List<Long> asked, boolean mustHeal) {
    intents += asked.size();
    for (long generation : asked) {
      count(claw, "intent " + generation, times(claw, generation));
    }
    if (mustHeal) {
      heals++;
      count(claw, "the rule", executions(claw).filter(each -> each.has("rule")).count());
    }
  }

  private void count(Claw claw, String what, long times) {
    executed += (int) Math.min(1, times);
    twice += (int) Math.max(0, times - 1);
    lost += times == 0 ? 1 : 0;
    if (times != 1) {
      fault(claw, what + " was executed " + times + " times");
    }
  }

  /** What the receipts say must be what the world shows. */
  private void compareWorld(Claw claw, int podsEver) {
    OpsStatus ops = Objects.requireNonNull(Objects.requireNonNull(claw.getStatus()).ops());
    long decided = executions(claw).count();
    if (podsEver != decided + 1) {
      fault(claw, podsEver + " pods after " + decided + " actions");
    }
    long ended = of(claw, "outcome").count();
    if (ended != decided) {
      fault(claw, ended + " outcomes of " + decided + " actions");
    }
    long mark = executions(claw).mapToLong(CrashVerdict::generation).max().orElse(0);
    if (decided > 0 && !Objects.equals(ops.lastIntentGeneration(), mark)) {
      fault(claw, "the mark is " + ops.lastIntentGeneration() + ", the last intent was " + mark);
    }
    boolean healed = executions(claw).anyMatch(each -> each.has("rule"));
    boolean adjusted =
        ops.adjustments() != null
            && ops.adjustments().stream()
                .anyMatch(each -> each.value().equals((HEALED >> 20) + "Mi"));
    if (healed != adjusted) {
      fault(claw, "healed: " + healed + ", adjusted: " + ops.adjustments());
    }
    of(claw, "decision")
        .filter(CrashVerdict::isRefusal)
        .forEach(each ->
            fault(
                claw,
                "intent %d was refused: %s"
                    .formatted(generation(each), each.path("reason").asText())));
  }

  private static boolean isRefusal(JsonNode decision) {
    return decision.path("decision").asText().equals("Reject");
  }

  private long times(Claw claw, long generation) {
    return executions(claw).filter(each -> generation(each) == generation).count();
  }

  private Stream<JsonNode> executions(Claw claw) {
    return of(claw, "decision").filter(each -> each.path("decision").asText().equals("Execute"));
  }

  private Stream<JsonNode> of(Claw claw, String kind) {
    String uid = claw.getMetadata().getUid();
    return predicates.stream()
        .filter(each -> each.at("/claw/uid").asText().equals(uid))
        .filter(each -> each.path("kind").asText().equals(kind));
  }

  private static long generation(JsonNode decision) {
    return decision.at("/intent/generation").asLong();
  }

  private void fault(Claw claw, String text) {
    faults.append(claw.getMetadata().getName()).append(": ").append(text).append('\n');
  }

  /** Whether all is as it must be. */
  boolean isGood() {
    return twice + lost == 0 && faults.isEmpty() && verification.isEmpty();
  }

  /** The last line, and before it what is not as it must be. */
  void print(int rounds) {
    System.err.print(faults);
    if (!verification.isEmpty()) {
      System.err.println("the log: " + verification);
    }
    System.out.printf(
        "crash-operator: rounds=%d intents=%d heals=%d executed=%d twice=%d lost=%d receipts=%d %s%n",
        rounds,
        intents,
        heals,
        executed,
        twice,
        lost,
        predicates.size(),
        verification.isEmpty() ? "verified" : "NOT VERIFIED");
  }

  private static JsonNode predicate(ClawOpsReceipt receipt) throws IOException {
    JsonNode envelope = JSON.readTree(receipt.getSpec().envelope());
    return JSON.readTree(Base64.getDecoder().decode(envelope.path("payload").asText()))
        .path("predicate");
  }

  /** What a stranger finds wrong; empty if nothing. */
  private static String verify(KubernetesClient admin, List<ClawOpsReceipt> receipts)
      throws IOException {
    Map<String, String> head =
        admin.configMaps().inNamespace(Bed.NAMESPACE).withName(Keys.LOG_CONFIG_MAP).get().getData();
    VerifierKey key =
        VerifierKey.parse(
            Objects.requireNonNull(head.get(LogObjects.VERIFIER_KEYS)).lines().toList().getLast());
    StringBuilder export = new StringBuilder();
    try {
      String checkpoint = Objects.requireNonNull(head.get(LogObjects.CHECKPOINT));
      export.append(ExportHeader.of(checkpoint, Frontier.EMPTY, List.of()).json()).append('\n');
    } catch (NotVerifiedException noCheckpoint) {
      return noCheckpoint.reason();
    }
    receipts.forEach(receipt -> export.append(receipt.getSpec().envelope()).append('\n'));
    Verification found =
        ReceiptVerifier.verify(
            new ByteArrayInputStream(export.toString().getBytes(StandardCharsets.UTF_8)),
            new Expectation(List.of(key), Optional.empty(), receipts.size()));
    return found instanceof Verification.Verified ? "" : found.toString();
  }
}
