package ai.prismer.claw.cli.escalation;

import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.cli.output.Terminal;
import ai.prismer.claw.cli.resource.Found;
import ai.prismer.claw.cli.resource.Kind;
import ai.prismer.claw.cli.resource.Person;
import ai.prismer.claw.cli.resource.Store;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes a person's decision into {@code spec.approval} of an escalation.
 *
 * <p>Invariants: nothing is decided that was not shown first; the digest that is sent is the one
 * that was shown; it is only sent if it is the digest of the action that was shown, so that a
 * proposal and a digest that do not belong together are never approved; and the change is refused
 * by the server if the escalation is no longer the one that was shown. The name is the server's,
 * whatever anybody claims; the policy {@code k8s4claw-escalations} holds all of it again.
 */
final class Deciding {
  private static final String APPROVE = "Approve";

  private final GlobalOptions options;
  private final Screen screen;
  private final Terminal terminal;
  private final Clock clock;

  Deciding(GlobalOptions options, Screen screen, Terminal terminal, Clock clock) {
    this.options = options;
    this.screen = screen;
    this.terminal = terminal;
    this.clock = clock;
  }

  /**
   * What a person wants.
   *
   * @param decision {@code Approve} or {@code Reject}
   * @param digest the digest that must be shown; null for whichever is
   * @param reason why
   * @param yes whether not to ask at a terminal
   */
  record Wish(String decision, @Nullable String digest, @Nullable String reason, boolean yes) {}

  int decide(String name, Wish wish) {
    return options
        .cluster()
        .call("deciding on escalation " + name, client -> decide(client, name, wish));
  }

  private int decide(KubernetesClient client, String name, Wish wish) {
    Store<ObjectNode> store = new Store<>(client, Kind.ESCALATION, ObjectNode.class);
    Found<ObjectNode> found = store.get(options.clawNamespace(client), name);
    Facts facts = Facts.of(found);
    new FactsScreen(screen, clock.instant()).show(facts);
    check(facts, wish);
    String person = Person.name(client);
    if (!wish.yes() && terminal.isThere() && !isConfirmed(wish, person)) {
      throw CommandException.failed("nothing was decided");
    }
    ObjectNode patch = Screen.object();
    ObjectNode approval = patch.putObject("spec").putObject("approval");
    approval.put("decision", wish.decision()).put("by", person);
    if (!facts.digest().isEmpty()) {
      approval.put("actionDigest", facts.digest());
    }
    if (wish.reason() != null) {
      approval.put("reason", wish.reason());
    }
    Found<ObjectNode> after = store.patch(found, patch);
    if (!after.tree().at("/spec/approval/by").asText().equals(person)) {
      throw CommandException.failed(
          "the cluster did not keep the decision: its resource definitions know no approvals",
          "upgrade the operator and its resource definitions");
    }
    screen.result(
        (isApproval(wish) ? "approved" : "rejected")
            + " as "
            + person
            + "; kubectl claw escalations -n "
            + found.namespace()
            + " shows how it ends");
    return ExitCode.OK;
  }

  private static void check(Facts facts, Wish wish) {
    if (wish.digest() != null && !wish.digest().equals(facts.digest())) {
      throw CommandException.failed(
          "what is proposed is not what --digest names; nothing was decided", "read it again");
    }
    if (!isApproval(wish)) {
      return;
    }
    if (facts.digest().isEmpty() || facts.proposed().isEmpty()) {
      throw CommandException.failed(
          "it proposes nothing that could be approved; nothing was decided",
          "kubectl claw reject, or an intent of your own");
    }
    if (!facts.computedDigest().equals(Optional.of(facts.digest()))) {
      throw CommandException.failed(
          "the digest is not that of the action that is shown; nothing was decided",
          "see who wrote this escalation: kubectl get clawopsescalation -o yaml"
              + " --show-managed-fields");
    }
  }

  private boolean isConfirmed(Wish wish, String person) {
    String verb = wish.decision().toLowerCase(Locale.ROOT);
    return terminal.answer(verb + " this as " + person + "? Type " + verb + ": ").equals(verb);
  }

  private static boolean isApproval(Wish wish) {
    return wish.decision().equals(APPROVE);
  }
}
