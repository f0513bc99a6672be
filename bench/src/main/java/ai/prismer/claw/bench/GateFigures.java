package ai.prismer.claw.bench;

import ai.prismer.claw.gate.decision.Decision;
import ai.prismer.claw.gate.receipt.Checkpoint;
import ai.prismer.claw.gate.receipt.Draft;
import ai.prismer.claw.gate.receipt.Expectation;
import ai.prismer.claw.gate.receipt.ExportHeader;
import ai.prismer.claw.gate.receipt.Frontier;
import ai.prismer.claw.gate.receipt.NotVerifiedException;
import ai.prismer.claw.gate.receipt.ReceiptVerifier;
import ai.prismer.claw.gate.receipt.SigningKey;
import ai.prismer.claw.gate.receipt.Verification;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * What the gate and its receipts cost, without an API server: a decision, and receipts built and
 * verified against the same number of bare Ed25519 signatures, made and checked by the same thread.
 */
final class GateFigures {
  private static final String ORIGIN = "k8s4claw/bench";
  private static final int RECEIPTS = 3000;
  private static final int ROUNDS = 3;
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private GateFigures() {}

  static void measure(Figures figures)
      throws RunnerException, GeneralSecurityException, IOException, NotVerifiedException {
    if (!(Decided.decide(Decided.text(START), Decided.observed(START))
        instanceof Decision.Execute)) {
      throw new IllegalStateException("the sample must be executed");
    }
    figures.atMost(50, "decision, p99", decisionMicros(), "us");
    double ratio = 0;
    for (int round = 0; round < ROUNDS; round++) {
      // The last round counts: those before it are for the compiler.
      double raw = raw();
      double ours = receipts();
      ratio = ours / raw;
      System.out.printf("bare signatures %.0f/s, receipts %.0f/s, made and checked%n", raw, ours);
    }
    figures.atLeast(0.7, "receipts built and verified against bare Ed25519", ratio, "x");
  }

  private static double decisionMicros() throws RunnerException {
    return new Runner(
            new OptionsBuilder()
                .include(DecisionBench.class.getName())
                .shouldFailOnError(true)
                .build())
        .runSingle()
        .getPrimaryResult()
        .getStatistics()
        .getPercentile(99);
  }

  /** Pairs of signature and verification in a second. */
  private static double raw() throws GeneralSecurityException {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    byte[] message =
        Draft.of(Decided.CLAW, Decided.entry(START), START).json().getBytes(StandardCharsets.UTF_8);
    long start = System.nanoTime();
    List<byte[]> signatures = new ArrayList<>();
    for (int i = 0; i < RECEIPTS; i++) {
      Signature signer = Signature.getInstance("Ed25519");
      signer.initSign(pair.getPrivate());
      signer.update(message);
      signatures.add(signer.sign());
    }
    for (byte[] each : signatures) {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(pair.getPublic());
      verifier.update(message);
      if (!verifier.verify(each)) {
        throw new IllegalStateException("a signature of the JDK's own");
      }
    }
    return RECEIPTS / ((System.nanoTime() - start) / 1e9);
  }

  /** Receipts in a second, the decision's inputs, the chain and the tree included. */
  private static double receipts() throws NotVerifiedException, IOException {
    SigningKey key = SigningKey.generate(ORIGIN, new SecureRandom());
    long start = System.nanoTime();
    Frontier frontier = Frontier.EMPTY;
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < RECEIPTS; i++) {
      Instant now = START.plusSeconds(i);
      Draft.Placed placed = Draft.of(Decided.CLAW, Decided.entry(now), now).place(frontier, key);
      lines.append(placed.envelope()).append('\n');
      frontier = placed.frontier();
    }
    String header = ExportHeader.of(Checkpoint.of(ORIGIN, frontier).sign(key)).json();
    Verification found =
        ReceiptVerifier.verify(
            new ByteArrayInputStream((header + "\n" + lines).getBytes(StandardCharsets.UTF_8)),
            new Expectation(List.of(key.verifier()), Optional.empty(), RECEIPTS));
    if (!(found instanceof Verification.Verified)) {
      throw new IllegalStateException(found.toString());
    }
    return RECEIPTS / ((System.nanoTime() - start) / 1e9);
  }
}
