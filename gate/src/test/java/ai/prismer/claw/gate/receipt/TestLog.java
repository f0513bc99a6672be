package ai.prismer.claw.gate.receipt;

import ai.prismer.claw.gate.canonical.Digest;
import ai.prismer.claw.gate.decision.Author;
import ai.prismer.claw.gate.decision.AuthorClass;
import ai.prismer.claw.gate.decision.Decision;
import ai.prismer.claw.gate.decision.Gate;
import ai.prismer.claw.gate.decision.Worlds;
import ai.prismer.claw.gate.intent.Action;
import ai.prismer.claw.gate.intent.IntentParser;
import ai.prismer.claw.gate.intent.Parsed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A log as the operator would write it, and exports of it, intact or not. */
final class TestLog {
  static final String ORIGIN = "k8s4claw/test";

  final SigningKey key;
  final List<String> envelopes = new ArrayList<>();
  final List<Frontier> frontiers = new ArrayList<>(List.of(Frontier.EMPTY));

  TestLog(SigningKey key) {
    this.key = key;
  }

  /** Keys differ by their number and are the same in every run. */
  static SigningKey key(int number) {
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) number);
    return SigningKey.ofSeed(ORIGIN, seed);
  }

  static TestLog of(SigningKey key, int size) {
    TestLog log = new TestLog(key);
    for (int i = 0; i < size; i++) {
      log.append(i % 3 == 2 ? ended(i) : decided(i));
    }
    return log;
  }

  /** Appends signed by the log's own key. */
  void append(Entry entry) {
    append(entry, key);
  }

  /** Appends what could not be signed. */
  void appendUnsigned(Entry entry) {
    append(entry, new SigningKey[0]);
  }

  /** Appends with these signatures; without any it is a receipt that could not be signed. */
  void append(Entry entry, SigningKey... signers) {
    place(Draft.of(Worlds.CLAW, entry, Worlds.NOW.plusSeconds(envelopes.size())), List.of(signers));
  }

  void append(LogEntry entry, SigningKey... signers) {
    place(Draft.ofLog(ORIGIN, entry, Worlds.NOW.plusSeconds(envelopes.size())), List.of(signers));
  }

  private void place(Draft draft, List<SigningKey> signers) {
    Draft.Placed placed = draft.place(head(), signers);
    envelopes.add(placed.envelope());
    frontiers.add(placed.frontier());
  }

  List<LogEntry.Unsigned> unsignedOnes(int... indexes) {
    return Arrays.stream(indexes)
        .mapToObj(index -> new LogEntry.Unsigned(index, Digest.of(payload(index))))
        .toList();
  }

  byte[] payload(int index) {
    try {
      return Envelope.read(envelopes.get(index).getBytes(StandardCharsets.UTF_8)).payload();
    } catch (NotVerifiedException e) {
      throw new AssertionError(e);
    }
  }

  boolean isSignedBy(int index, SigningKey signer) {
    try {
      return Envelope.read(envelopes.get(index).getBytes(StandardCharsets.UTF_8))
          .isSignedBy(List.of(signer.verifier()));
    } catch (NotVerifiedException e) {
      throw new AssertionError(e);
    }
  }

  MerkleTree tree() {
    MerkleTree tree = new MerkleTree(Frontier.EMPTY);
    for (int i = 0; i < envelopes.size(); i++) {
      tree.append(payload(i));
    }
    return tree;
  }

  static Entry decided(int number) {
    Parsed parsed =
        IntentParser.parse(
            number % 3 == 0
                ? "{\"action\":\"bump-memory\",\"params\":{\"target\":\"768Mi\"},\"generation\":"
                    + (2000 + number)
                    + ",\"source\":\"rule-engine\",\"reason\":\"größer \\u202e\"}"
                : "{\"action\":\"exec\"" + number);
    Author author = new Author(AuthorClass.OPERATOR, "operator");
    Decision decision = Gate.decide(parsed, author, Worlds.observed(), Worlds.policy());
    return new Entry.Decided(
        parsed,
        author,
        number % 3 == 0 ? "oom-bump-memory" : null,
        Worlds.policy(),
        Worlds.observed(),
        decision);
  }

  static Entry ended(int number) {
    return new Entry.Ended(
        number - 2L,
        decided(number - 2).intentDigest(),
        Action.BUMP_MEMORY,
        Entry.Ending.HEALTHY,
        "pod my-agent-0 is ready with 768Mi");
  }

  Frontier head() {
    return frontiers.getLast();
  }

  String checkpoint(int size) {
    return Checkpoint.of(ORIGIN, frontiers.get(size)).sign(key);
  }

  Checkpoint unsigned(int size) {
    return Checkpoint.of(ORIGIN, frontiers.get(size));
  }

  String export() {
    return export(checkpoint(envelopes.size()), envelopes);
  }

  static String export(String checkpoint, List<String> envelopes) {
    StringBuilder export = new StringBuilder();
    export
        .append(new ExportHeader(ORIGIN, checkpoint, Frontier.EMPTY, List.of()).json())
        .append('\n');
    envelopes.forEach(envelope -> export.append(envelope).append('\n'));
    return export.toString();
  }

  Verification verify(String export) {
    return verify(export, Optional.empty(), 0);
  }

  Verification verify(String export, Consumer<byte[]> each) {
    try {
      return ReceiptVerifier.verify(
          new ByteArrayInputStream(export.getBytes(StandardCharsets.UTF_8)),
          new Expectation(List.of(key.verifier()), Optional.empty(), 0),
          each);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  Verification verify(String export, Optional<Checkpoint> kept, long minSize) {
    return verify(
        export.getBytes(StandardCharsets.UTF_8),
        new Expectation(List.of(key.verifier()), kept, minSize));
  }

  static Verification verify(byte[] export, Expectation expectation) {
    try {
      return ReceiptVerifier.verify(new ByteArrayInputStream(export), expectation);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
