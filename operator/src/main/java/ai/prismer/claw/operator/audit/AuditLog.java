package ai.prismer.claw.operator.audit;

import ai.prismer.claw.gate.receipt.Draft;
import ai.prismer.claw.gate.receipt.LastKnown;
import ai.prismer.claw.gate.receipt.LogEntry;
import ai.prismer.claw.gate.receipt.LogState;
import ai.prismer.claw.gate.receipt.SigningKey;
import ai.prismer.claw.gate.receipt.VerifierKey;
import ai.prismer.claw.operator.configuration.OperatorConfiguration;
import ai.prismer.claw.operator.events.EventReason;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends to the receipt log, together with whoever else does.
 *
 * <p>The idea: an index is taken by creating the object that is named after it, and the API server
 * lets one creator win. The loser reads what stands there, takes it over into its own view, and
 * tries the next index. So there is one receipt for each index and each follows the one before it,
 * whatever the operators think of each other. The head (a ConfigMap) comes second and is only a
 * short cut: it moves by compare-and-swap, never backwards, and what lies beyond it is found by
 * looking. While others wait to append it is left to the last of them, so that under load one
 * signed checkpoint covers many receipts.
 *
 * <p>What this prevents:
 *
 * <ul>
 *   <li>a fork: two receipts with one index cannot both exist, also while the key is replaced: the
 *       rotation takes an index like any other receipt, and who did not know of it reads it there
 *   <li>a lost receipt: after a crash between receipt and head the next look rolls the head forward
 *   <li>a receipt twice: the caller names the index from which on the log must be searched, which
 *       it stored before the first try
 *   <li>a head that was lost, restored from an old backup, or written by somebody without the key:
 *       it is not believed but found again from all receipts
 * </ul>
 *
 * <p>Without a usable key a receipt is appended without a signature, and the checkpoint stands
 * still until a later one vouches for it; with {@code audit.required} nothing is appended then.
 * Where the receipts themselves do not hold together nothing is appended either: the caller's step
 * fails, says why, and is tried again. Thread-safe; one append at a time.
 */
public final class AuditLog {
  private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);

  /** The most receipts that one checkpoint is late. */
  private static final int BATCH = 64;

  private final SigningKeys keys;
  private final HeadStore heads;
  private final ReceiptStore receipts;
  private final Clock clock;
  private final boolean required;
  private final Alarm alarm;
  private final AuditMetrics metrics;
  private final @Nullable Signet signet;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock; null until the log was opened, and after something went wrong with it. */
  private @Nullable OpenLog opened;

  /** Guarded by the lock. */
  private int sinceHead;

  /** How many receipts there were at the last look; negative while the log is not open. */
  private volatile long seen = -1;

  /**
   * A log that is opened at its first use.
   *
   * @param client client of the operator's own account
   * @param namespace the operator's namespace
   * @param random source of the signing key, should there be none
   * @param clock the time
   * @param settings whether an unsigned receipt may be appended
   * @param alarm tells people what they should look at
   * @param registry where numbers are registered
   */
  public AuditLog(
      KubernetesClient client,
      String namespace,
      SecureRandom random,
      Clock clock,
      OperatorConfiguration.Audit settings,
      Alarm alarm,
      PrometheusRegistry registry) {
    this.keys = new SigningKeys(client, namespace, random);
    this.heads = new HeadStore(client, namespace);
    this.receipts = new ReceiptStore(client, namespace);
    this.clock = clock;
    this.required = settings.required();
    this.alarm = alarm;
    this.metrics = new AuditMetrics(registry);
    this.signet =
        settings.signet() == null
            ? null
            : new Signet(settings.signet(), metrics::withoutExtraSignature);
  }

  /**
   * How many receipts the log has, as far as this operator has seen: the index to begin a search
   * with. Opens the log if it is not open: makes the key and the head where there are none, and
   * rolls the head forward.
   *
   * @throws AuditLogException if the receipts do not hold together
   */
  public long size() {
    // Decisions must not wait for each other's receipts, and every earlier size serves as well.
    long last = seen;
    return last >= 0 ? last : inTurn(log -> log.state().size());
  }

  /**
   * Whether a receipt must be signed and in the log before anything is done, {@code
   * audit.required}.
   */
  public boolean isRequired() {
    return required;
  }

  /**
   * Appends a receipt, unless the log has it.
   *
   * @param draft what it says
   * @param from index from which on the log may have it
   * @return its index
   * @throws AuditLogException if the receipts do not hold together, or one must be signed and there
   *     is no usable key
   */
  public long append(Draft draft, long from) {
    // Before it is our turn: nobody waits for somebody else's program.
    String extra = signet == null ? null : signet.sign(draft).orElse(null);
    return inTurn(log -> {
      if (from > log.state().size()) {
        // Somebody else has seen more of the log.
        log.catchUp();
      }
      Optional<Long> present = find(log, draft, from);
      return present.isPresent() ? present.get() : add(log, draft, extra);
    });
  }

  /**
   * What the signed receipts say that a Claw of this name was left with.
   *
   * @param latest no mark that is later is believed
   * @throws AuditLogException if the receipts do not hold together
   */
  public LastKnown lastKnown(String namespace, String name, Instant latest) {
    List<VerifierKey> keys = inTurn(log -> log.head().keys());
    return LastKnown.of(receipts.of(namespace, name), keys, latest);
  }

  /** Does something with the open log while nobody else does, and publishes its head after it. */
  <T> T inTurn(Function<OpenLog, T> work) {
    lock.lock();
    try {
      OpenLog log = open();
      log.findKey(clock.instant());
      vouch(log);
      T done = work.apply(log);
      sinceHead++;
      if (!lock.hasQueuedThreads() || sinceHead >= BATCH) {
        sinceHead = 0;
        log.publish();
      }
      seen = log.state().size();
      note(log);
      return done;
    } catch (RuntimeException failed) {
      // What is known of the log may be what is wrong; the next try looks again.
      this.opened = null;
      this.seen = -1;
      metrics.failed();
      throw failed;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Appends something about the log itself, as long as it is wanted.
   *
   * @param wanted what to say in the present state; empty once that is said
   */
  void say(OpenLog log, Function<LogState, Optional<LogEntry>> wanted, List<SigningKey> signers) {
    for (Optional<LogEntry> entry = wanted.apply(log.state());
        entry.isPresent();
        entry = wanted.apply(log.state())) {
      Draft draft = Draft.ofLog(keys.origin(), entry.get(), clock.instant());
      if (log.create(draft, signers, null)) {
        metrics.appended(true);
      }
    }
  }

  /** Makes the key with this number, or takes the one that somebody else has made. */
  SigningKey makeKey(int number) {
    return keys.make(number);
  }

  ReceiptStore receipts() {
    return receipts;
  }

  AuditMetrics metrics() {
    return metrics;
  }

  private Optional<Long> find(OpenLog log, Draft draft, long from) {
    OptionalLong remembered = log.recent().find(draft);
    if (remembered.isPresent()) {
      return Optional.of(remembered.getAsLong());
    }
    long end = log.recent().from().orElse(log.state().size());
    for (long index = Math.max(log.pruned().size(), from); index < end; index++) {
      if (receipts.read(index).filter(draft::isIn).isPresent()) {
        return Optional.of(index);
      }
    }
    return Optional.empty();
  }

  /** Creates the receipt at the first free index, taking over what others put before it. */
  private long add(OpenLog log, Draft draft, @Nullable String extra) {
    while (true) {
      List<SigningKey> signers = log.key().map(List::of).orElseGet(() -> unsigned(log));
      long index = log.state().size();
      if (log.create(draft, signers, extra)) {
        metrics.appended(!signers.isEmpty());
        return index;
      }
      if (draft.isIn(log.stored(index))) {
        return index;
      }
    }
  }

  private List<SigningKey> unsigned(OpenLog log) {
    String why = log.whyUnsigned();
    if (required) {
      throw new AuditLogException(
          "no receipt can be signed, and audit.required allows no action without one: " + why);
    }
    alarm.raise(
        EventReason.ReceiptUnsigned,
        "receipts are stored without a signature, and the checkpoint stands still: " + why);
    return List.of();
  }

  /** Signs for what could not be signed, once it can be. */
  private void vouch(OpenLog log) {
    int waiting = log.state().unsigned();
    SigningKey key = log.key().orElse(null);
    if (waiting == 0 || key == null) {
      return;
    }
    say(
        log,
        state ->
            state.unsigned() == 0
                ? Optional.empty()
                : Optional.of(new LogEntry.Voucher(state.nextToVouchFor())),
        List.of(key));
    alarm.raise(
        EventReason.ReceiptsVouchedFor,
        "a later receipt vouches for the " + waiting + " that could not be signed");
  }

  private OpenLog open() {
    OpenLog present = opened;
    if (present != null) {
      return present;
    }
    OpenLog log = OpenLog.read(keys, heads, receipts, clock.instant());
    this.opened = log;
    LOG.info(
        "receipt log has {} receipts, verifier key {}",
        log.state().size(),
        log.key().map(key -> key.verifier().text()).orElseGet(log::whyUnsigned));
    return log;
  }

  private void note(OpenLog log) {
    metrics.seen(log.state().size(), log.pruned().size(), log.state().unsigned());
  }
}
