package ai.prismer.claw.cli.audit;

import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.gate.receipt.VerifierKey;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Prints the public keys that the cluster publishes. */
@Command(
    name = "key",
    aliases = "keys",
    description = {
      "Prints the public keys that the operator of a cluster publishes, newest last.",
      "Whoever controls the cluster controls what this prints: compare it over another channel."
    })
final class KeyCommand implements Callable<Integer> {
  private final GlobalOptions options;
  private final Screen screen;

  KeyCommand(GlobalOptions options, Screen screen) {
    this.options = options;
    this.screen = screen;
  }

  @Override
  public Integer call() {
    boolean json = options.isJson();
    String namespace = options.namespace();
    Published published =
        options
            .cluster()
            .call(
                "reading the public keys of namespace " + namespace,
                client -> Published.of(new LiveLog(client, namespace)));
    List<VerifierKey> keys = published.keys().stream().map(KeyCommand::key).toList();
    if (json) {
      ObjectNode result = Screen.object();
      ArrayNode list = result.putArray("keys");
      keys.forEach(key -> list.add(key.text()));
      published.validity().ifPresent(validity -> result.set("validity", read(validity)));
      screen.result(result);
    } else {
      keys.forEach(key -> screen.result(key.text()));
    }
    screen.note(
        "pin this key out of band: keep it where the cluster's administrators cannot change it, and"
            + " compare it with what they tell you another way");
    return ExitCode.OK;
  }

  private record Published(List<String> keys, Optional<String> validity) {
    static Published of(LiveLog log) {
      return new Published(log.verifierKeys(), log.keyValidity());
    }
  }

  private static JsonNode read(String validity) {
    try {
      return new JsonMapper().readTree(validity);
    } catch (JsonProcessingException e) {
      throw CommandException.failed("the cluster publishes no readable validity of its keys");
    }
  }

  private static VerifierKey key(String line) {
    try {
      return VerifierKey.parse(line);
    } catch (IllegalArgumentException e) {
      throw CommandException.failed("the cluster publishes a broken key: " + e.getMessage());
    }
  }
}
