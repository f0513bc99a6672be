package ai.prismer.claw.cli.audit;

import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.gate.receipt.VerifierKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The option {@code --key}: public keys from a source that the person trusts. */
final class Pinned {
  @Option(
      names = "--key",
      paramLabel = "VKEY|@FILE",
      description =
          "The pinned public key, name+hash+base64, or a file with one a line. May be repeated.")
  private List<String> keys = new ArrayList<>();

  /** Whether none was given. */
  boolean isEmpty() {
    return keys.isEmpty();
  }

  /**
   * The keys.
   *
   * @throws CommandException if there is none, or one is not of that form
   */
  List<VerifierKey> keys() {
    List<VerifierKey> pinned = new ArrayList<>();
    for (String key : keys) {
      String text = key.startsWith("@") ? SmallFile.read(Path.of(key.substring(1))) : key;
      text.lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(Pinned::key)
          .forEach(pinned::add);
    }
    if (pinned.isEmpty()) {
      throw CommandException.usage(
          "a log is verified against a pinned key: give --key with the key that 'kubectl claw audit"
              + " key' once printed and that you kept, never one that came with the file");
    }
    return pinned;
  }

  private static VerifierKey key(String line) {
    try {
      return VerifierKey.parse(line);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage("--key: " + e.getMessage());
    }
  }
}
