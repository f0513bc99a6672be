package ai.prismer.claw.cli.access;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Format;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.cli.output.Table;
import ai.prismer.claw.cli.resource.ClawSession;
import ai.prismer.claw.cli.resource.Found;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** What the account of an agent may really do. */
@Command(
    name = "can-i",
    description = {
      "Shows what the agent's identity can really do: every verb of every resource is asked of the",
      "API server, and what it makes of a patch of the agent's own Claw is tried as a dry run.",
      "Not asked: single objects that a role names, but for the Claw itself."
    })
public final class CanICommand implements Callable<Integer> {
  /** The values of {@code -o}. */
  public static final List<Format> FORMATS = Format.TREES;

  @Parameters(paramLabel = "NAME", description = "The Claw.")
  private String name = "";

  private final GlobalOptions options;
  private final Screen screen;

  /** The verb. */
  public CanICommand(GlobalOptions options, Screen screen) {
    this.options = options;
    this.screen = screen;
  }

  @Override
  public Integer call() {
    Format format = options.format(FORMATS);
    return ClawSession.on(
        options, "asking about the account of", name, session -> ask(session, format));
  }

  private int ask(ClawSession session, Format format) {
    Found<Claw> claw = session.claw();
    String namespace = claw.namespace();
    String user = "system:serviceaccount:" + namespace + ":" + account(claw);
    List<String> groups =
        List.of(
            "system:serviceaccounts",
            "system:serviceaccounts:" + namespace,
            "system:authenticated");
    Authorizer authorizer = new Authorizer(session.client(), user, groups, namespace);
    Inquiry inquiry = new Inquiry(authorizer, screen, claw.name());
    List<Question> allowed = inquiry.allowed(Questions.all(session.client(), namespace));
    Map<String, String> admission = Admission.of(session.client(), user, claw);
    if (format == Format.TABLE) {
      show(user, allowed, admission, inquiry.asked());
    } else {
      screen.result(format, tree(user, allowed, admission, inquiry.asked(), authorizer));
    }
    if (!authorizer.isWhole()) {
      screen.note(
          "asked about namespace "
              + namespace
              + " alone: you may not create subjectaccessreviews of the cluster");
    }
    return ExitCode.OK;
  }

  private void show(String user, List<Question> allowed, Map<String, String> admission, int asked) {
    screen.result(user + " may");
    Table table = new Table("RESOURCE", "VERBS", "WHERE");
    grouped(allowed)
        .forEach((key, verbs) -> table.row(key.getFirst(), String.join(" ", verbs), key.getLast()));
    screen.result(table);
    screen.result("");
    screen.result("of a patch of its own Claw, tried as a dry run");
    Table tried = new Table("TRIED", "ANSWER");
    admission.forEach(tried::row);
    screen.result(tried);
    screen.note("asked " + asked + " questions, " + allowed.size() + " were answered with yes");
  }

  private static ObjectNode tree(
      String user,
      List<Question> allowed,
      Map<String, String> admission,
      int asked,
      Authorizer authorizer) {
    ObjectNode tree =
        Screen.object()
            .put("user", user)
            .put("asked", asked)
            .put("clusterAsked", authorizer.isWhole());
    ArrayNode lines = tree.putArray("allowed");
    for (Question question : allowed) {
      lines
          .addObject()
          .put("group", question.group())
          .put("resource", question.resource())
          .put("verb", question.verb())
          .put("where", question.where());
    }
    ObjectNode tried = tree.putObject("patchOfItsOwnClaw");
    admission.forEach(tried::put);
    return tree;
  }

  /** Verbs by resource and place. */
  private static Map<List<String>, List<String>> grouped(List<Question> allowed) {
    Map<List<String>, List<String>> grouped = new LinkedHashMap<>();
    for (Question question : allowed) {
      grouped
          .computeIfAbsent(List.of(question.what(), question.where()), key -> new ArrayList<>())
          .add(question.verb());
    }
    return grouped;
  }

  private static String account(Found<Claw> claw) {
    var account = claw.object().getSpec().serviceAccount();
    return account == null || account.name() == null ? claw.name() : account.name();
  }
}
