package ai.prismer.claw.operator.audit;

import ai.prismer.claw.gate.receipt.Draft;
import ai.prismer.claw.gate.receipt.Frontier;
import ai.prismer.claw.gate.receipt.LogObjects;
import ai.prismer.claw.gate.receipt.NotVerifiedException;
import ai.prismer.claw.gate.receipt.ReceiptLog;
import ai.prismer.claw.gate.receipt.SigningKey;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
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
 * looking.
 *
 * <p>What this prevents:
 *
 * <ul>
 *   <li>a fork: two receipts with one index cannot both exist
 *   <li>a lost receipt: after a crash between receipt and head the next look rolls the head forward
 *   <li>a receipt twice: the caller names the index from which on the log must be searched, which
 *       it stored before the first try
 *   <li>a head that was lost, restored from an old backup, or written by somebody without the key:
 *       it is not believed but found again from all receipts
 * </ul>
 *
 * <p>Without a key, or where the receipts themselves do not hold together, nothing is appended: the
 * caller's step fails, says why, and is tried again. Thread-safe; one append at a time.
 */
public final class AuditLog {
  private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);

  private final KubernetesClient client;
  private final String namespace;
  private final SecureRandom random;
  private final HeadStore heads;
  private final ReceiptStore receipts;
  private final AuditMetrics metrics;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock; null until the log was opened, and after something went wrong with it. */
  private @Nullable Opened opened;

  private record Opened(SigningKey key, Head head) {
    Opened with(Head next) {
      return new Opened(key, next);
    }
  }

  /**
   * A log that is opened at its first use.
   *
   * @param client client of the operator's own account
   * @param namespace the operator's namespace
   * @param random source of the signing key, should there be none
   * @param registry where numbers are registered
   */
  public AuditLog(
      KubernetesClient client, String namespace, SecureRandom random, PrometheusRegistry registry) {
    this.client = client;
    this.namespace = namespace;
    this.random = random;
    this.heads = new HeadStore(client, namespace);
    this.receipts = new ReceiptStore(client, namespace);
    this.metrics = new AuditMetrics(registry);
  }

  /**
   * How many receipts the log has, as far as this operator has seen: the index to begin a search
   * with. Opens the log if it is not open: makes the key and the head where there are none, and
   * rolls the head forward.
   *
   * @throws AuditLogException if there is no usable key or the receipts do not hold together
   */
  public long size() {
    lock.lock();
    try {
      return open().head().size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Appends a receipt, unless the log has it.
   *
   * @param draft what it says
   * @param from index from which on the log may have it
   * @return its index
   * @throws AuditLogException if there is no usable key or the receipts do not hold together
   */
  public long append(Draft draft, long from) {
    lock.lock();
    try {
      Opened log = open();
      if (from > log.head().size()) {
        // Somebody else has seen more of the log.
        this.opened = null;
        log = open();
      }
      long index = find(log, draft, from).orElse(-1L);
      if (index < 0) {
        index = add(draft);
      }
      moveHead();
      return index;
    } catch (RuntimeException failed) {
      // What is known of the log may be what is wrong; the next try looks again.
      this.opened = null;
      metrics.failed();
      throw failed;
    } finally {
      lock.unlock();
    }
  }

  private Optional<Long> find(Opened log, Draft draft, long from) {
    for (long index = Math.max(0, from); index < log.head().size(); index++) {
      if (receipts.read(index).filter(draft::isIn).isPresent()) {
        return Optional.of(index);
      }
    }
    return Optional.empty();
  }

  /** Creates the receipt at the first free index, taking over what others put before it. */
  private long add(Draft draft) {
    while (true) {
      Opened log = open();
      long index = log.head().size();
      Draft.Placed placed = draft.place(log.head().frontier(), log.key());
      if (receipts.create(index, draft, placed.envelope())) {
        advance(log, placed.frontier());
        metrics.appended();
        return index;
      }
      String present =
          receipts
              .read(index)
              .orElseThrow(() ->
                  new AuditLogException(
                      LogObjects.receiptName(index) + " exists and cannot be read"));
      advance(log, follow(log.head(), present));
      if (draft.isIn(present)) {
        return index;
      }
    }
  }

  private void moveHead() {
    while (!open().head().isStored()) {
      Opened log = open();
      Optional<Head> saved = heads.save(log.head(), log.key());
      if (saved.isPresent()) {
        this.opened = log.with(saved.get());
        return;
      }
      Head other = heads.load(log.key().verifier());
      // Both views follow the same objects, so the longer one contains the shorter.
      this.opened =
          log.with(
              other.size() >= log.head().size()
                  ? other
                  : log.head().asStored(other.resourceVersion(), other.stored()));
    }
  }

  private Opened open() {
    Opened present = opened;
    if (present != null) {
      return present;
    }
    SigningKey key = SigningKeys.load(client, namespace, random);
    Head head = heads.load(key.verifier());
    if (head.stored() < 0) {
      head = head.with(rebuild(head));
    }
    for (Optional<String> next = receipts.read(head.size());
        next.isPresent();
        next = receipts.read(head.size())) {
      head = head.with(follow(head, next.get()));
    }
    Opened log = new Opened(key, head);
    this.opened = log;
    metrics.size(head.size());
    moveHead();
    LOG.info(
        "receipt log {} has {} receipts, verifier key {}",
        key.verifier().name(),
        head.size(),
        key.verifier().text());
    return this.opened;
  }

  private Frontier rebuild(Head head) {
    Frontier[] frontier = {Frontier.EMPTY};
    receipts.walk(envelope -> frontier[0] = follow(head.with(frontier[0]), envelope));
    return frontier[0];
  }

  private static Frontier follow(Head head, String envelope) {
    try {
      return ReceiptLog.follow(head.frontier(), envelope, head.keys());
    } catch (NotVerifiedException broken) {
      throw new AuditLogException(
          "the receipt log does not hold together at "
              + LogObjects.receiptName(head.size())
              + ": "
              + broken.getMessage()
              + "; verify an export of it, and restore what is missing from a backup",
          broken);
    }
  }

  private void advance(Opened log, Frontier next) {
    this.opened = log.with(log.head().with(next));
    metrics.size(next.size());
  }
}
