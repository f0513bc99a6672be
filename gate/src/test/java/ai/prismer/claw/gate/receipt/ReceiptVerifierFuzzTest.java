package ai.prismer.claw.gate.receipt;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Whatever an export holds, verifying it ends and never throws, and nobody who has not the key gets
 * anything past it but the one log that the key has signed, which is among the recorded inputs. In
 * an ordinary build those are tried; {@code make fuzz} looks for new ones.
 */
class ReceiptVerifierFuzzTest {
  private static final VerifierKey KEY = TestLog.key(1).verifier();
  private static final Genuine LOG = Genuine.read("ReceiptVerifierFuzzTestInputs/log.jsonl");

  @FuzzTest(maxDuration = "10m")
  void anyFileIsReadWithoutHarm(byte[] input) throws IOException {
    List<String> accepted = new ArrayList<>();

    Verification verification =
        ReceiptVerifier.verify(
            new ByteArrayInputStream(input),
            new Expectation(List.of(KEY), Optional.empty(), 0),
            payload -> {
              accepted.add(HexFormat.of().formatHex(payload));
              Replay.of(payload);
            });

    check(LOG.payloads().containsAll(accepted), "a receipt that the log does not have");
    switch (verification) {
      case Verification.Verified verified ->
          check(verified.checkpoint().equals(LOG.checkpoint()), "a log that nobody signed");
      case Verification.Refused refused ->
          check(
              refused.reason().chars().noneMatch(Character::isISOControl),
              "a reason that moves the cursor");
    }
  }

  private record Genuine(Checkpoint checkpoint, Set<String> payloads) {
    static Genuine read(String name) {
      try (InputStream file = ReceiptVerifierFuzzTest.class.getResourceAsStream(name)) {
        String text =
            new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
        Set<String> payloads = new HashSet<>();
        List<String> lines = text.lines().toList();
        for (String line : lines.subList(1, lines.size())) {
          Envelope envelope = Envelope.read(line.getBytes(StandardCharsets.UTF_8));
          payloads.add(HexFormat.of().formatHex(envelope.payload()));
        }
        ExportHeader header = ExportHeader.read(lines.getFirst().getBytes(StandardCharsets.UTF_8));
        return new Genuine(Checkpoint.parse(header.checkpoint()), payloads);
      } catch (IOException | NotVerifiedException unreadable) {
        throw new AssertionError(unreadable);
      }
    }
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}
