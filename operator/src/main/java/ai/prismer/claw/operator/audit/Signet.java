package ai.prismer.claw.operator.audit;

import ai.prismer.claw.gate.canonical.CanonicalJson;
import ai.prismer.claw.gate.canonical.Digest;
import ai.prismer.claw.gate.receipt.Draft;
import ai.prismer.claw.operator.configuration.SignetSetting;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An extra signature by the program {@code signet}, for those whose auditors verify with {@code
 * signet verify}. It stands beside the receipt and not in the log: what the log proves rests on the
 * operator's own key alone.
 *
 * <p>{@code signet sign --key KEY --tool ACTION --params JSON --target claw://NAMESPACE/NAME
 * --no-log} prints a receipt of its own. Its parameters name the decision and the SHA-256 of our
 * receipt without its place, so that the two belong together.
 *
 * <p>A program that is absent, fails, says something else or takes too long costs this signature
 * and nothing more. Thread-safe.
 */
final class Signet {
  private static final Logger LOG = LoggerFactory.getLogger(Signet.class);

  /** What a receipt object takes. */
  private static final int MAX_BYTES = 8 * 1024;

  private final SignetSetting setting;
  private final Runnable failed;

  /**
   * A signer.
   *
   * @param setting which program, and how long it may take
   * @param failed told of each signature that could not be had
   */
  Signet(SignetSetting setting, Runnable failed) {
    this.setting = setting;
    this.failed = failed;
  }

  /** What the program prints for this receipt, one JSON object; empty if it could not be had. */
  Optional<String> sign(Draft draft) {
    if (draft.claw().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(run(draft));
    } catch (TimeoutException slow) {
      return none(draft, "it has not ended in " + setting.timeout().toMillis() + " ms");
    } catch (IOException | ExecutionException why) {
      return none(draft, String.valueOf(why.getMessage()));
    } catch (InterruptedException told) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private Optional<String> none(Draft draft, String why) {
    failed.run();
    LOG.warn(
        "a receipt of {} gets no signature by {}: {}",
        draft.claw().orElseThrow(),
        setting.command(),
        why);
    return Optional.empty();
  }

  private String run(Draft draft)
      throws IOException, ExecutionException, TimeoutException, InterruptedException {
    Process process = start(draft);
    try {
      // The whole of it within the time: a program that never closes its output must not hold us.
      CompletableFuture<byte[]> printed = read(process.getInputStream());
      long end = System.nanoTime() + setting.timeout().toNanos();
      byte[] output = printed.get(setting.timeout().toNanos(), TimeUnit.NANOSECONDS);
      if (!process.waitFor(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS)) {
        throw new TimeoutException();
      }
      if (process.exitValue() != 0) {
        throw new IOException("it ended with exit code " + process.exitValue());
      }
      if (output.length > MAX_BYTES) {
        throw new IOException("it printed more than " + MAX_BYTES + " bytes");
      }
      return new String(CanonicalJson.write(CanonicalJson.read(output)), StandardCharsets.UTF_8);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private Process start(Draft draft) throws IOException {
    ObjectNode params =
        CanonicalJson.object()
            .put("decision", draft.decision())
            .put("result", draft.result())
            .put("record", Digest.of(draft.json().getBytes(StandardCharsets.UTF_8)).hex());
    var claw = draft.claw().orElseThrow();
    ProcessBuilder program =
        new ProcessBuilder(
            setting.command(),
            "sign",
            "--key",
            setting.key(),
            "--tool",
            draft.action().isEmpty() ? "unreadable-intent" : draft.action(),
            "--params",
            new String(CanonicalJson.write(params), StandardCharsets.UTF_8),
            "--target",
            "claw://" + claw.namespace() + "/" + claw.name(),
            "--no-log");
    program.environment().clear();
    program.environment().put("SIGNET_HOME", setting.home());
    // No terminal: where a passphrase would be asked for it fails at once.
    program.redirectInput(new File("/dev/null"));
    program.redirectError(ProcessBuilder.Redirect.DISCARD);
    return program.start();
  }

  private static CompletableFuture<byte[]> read(InputStream output) {
    CompletableFuture<byte[]> read = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("signet")
        .start(() -> {
          try {
            read.complete(output.readNBytes(MAX_BYTES + 1));
          } catch (IOException closed) {
            read.completeExceptionally(closed);
          }
        });
    return read;
  }
}
