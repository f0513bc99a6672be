package ai.prismer.claw.operator.audit;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.gate.decision.Author;
import ai.prismer.claw.gate.receipt.LogEntry;
import ai.prismer.claw.gate.receipt.SigningKey;
import ai.prismer.claw.operator.events.EventReason;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the log twice a minute: signs for what could not be signed, moves a head that stayed
 * behind, and does what a person asks for by an annotation on the operator's Namespace. Reads only,
 * unless there is something to do.
 *
 * <p>The annotations stay, because the operator has no right to change its Namespace: whoever takes
 * over its account cannot ask for a pruning. So each names a state and not an event, and is
 * answered once: the key that is to go, the mark below which receipts may go.
 */
public final class LogCare implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogCare.class);
  private static final Duration PERIOD = Duration.ofSeconds(30);

  private final KubernetesClient client;
  private final String namespace;
  private final AuditLog log;
  private final Alarm alarm;
  private final int retention;
  private final BooleanSupplier acting;
  private final Pruner pruner;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> Thread.ofPlatform().daemon().name("log-care").unstarted(work));

  /** How many receipts were stored when people were told last; 0 if they were not. */
  private long told;

  /**
   * Waits for {@link #start}.
   *
   * @param client client of the operator's own account
   * @param namespace the operator's namespace
   * @param log the log
   * @param alarm tells people what they should look at
   * @param retention receipts from which on pruning is asked for
   * @param acting whether this operator acts at the moment
   */
  public LogCare(
      KubernetesClient client,
      String namespace,
      AuditLog log,
      Alarm alarm,
      int retention,
      BooleanSupplier acting) {
    this.client = client;
    this.namespace = namespace;
    this.log = log;
    this.alarm = alarm;
    this.retention = retention;
    this.acting = acting;
    this.pruner = new Pruner(log, alarm);
  }

  /** Begins to look after the log. */
  public void start() {
    var _ =
        thread.scheduleWithFixedDelay(
            this::round, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void round() {
    if (!acting.getAsBoolean()) {
      return;
    }
    try {
      look();
    } catch (RuntimeException failed) {
      LOG.warn("the receipt log could not be looked after: {}", failed.getMessage());
    }
  }

  /** One round. */
  void look() {
    long stored = log.inTurn(open -> open.state().size() - open.pruned().size());
    Namespace own = client.namespaces().withName(namespace).get();
    Map<String, String> asked =
        own == null || own.getMetadata().getAnnotations() == null
            ? Map.of()
            : own.getMetadata().getAnnotations();
    String rotate = asked.get(Keys.AUDIT_ROTATE);
    if (rotate != null) {
      rotate(rotate, name(asked.get(Keys.AUDIT_ROTATE_BY)));
    }
    String below = asked.get(Keys.AUDIT_PRUNE_BELOW);
    if (below != null) {
      pruner.prune(below, name(asked.get(Keys.AUDIT_PRUNE_BY)));
    }
    remind(stored);
  }

  private static String name(@Nullable String by) {
    return Author.of("manager", by).name();
  }

  /** Replaces the key with this hash; if it does not sign any more, that is done already. */
  private void rotate(String hash, String by) {
    String answer =
        log.inTurn(open -> {
          SigningKey old = open.key().orElse(null);
          if (old == null || !old.verifier().hash().equals(hash)) {
            return "";
          }
          SigningKey next = log.makeKey(open.head().periods().size() + 1);
          log.say(
              open,
              state ->
                  state.keys().contains(old.verifier())
                      ? Optional.of(new LogEntry.Rotation(old.verifier(), next.verifier(), by))
                      : Optional.empty(),
              List.of(old, next));
          return "the signing key is " + next.verifier().id() + " now, asked for by " + by;
        });
    if (!answer.isEmpty()) {
      alarm.raise(EventReason.SigningKeyRotated, answer);
    }
  }

  /** Asks for a pruning; again when a tenth more has come. */
  private void remind(long stored) {
    boolean due = stored >= retention;
    log.metrics().pruningDue(due);
    if (!due) {
      told = 0;
    } else if (stored >= told + Math.max(1, told / 10)) {
      told = stored;
      alarm.raise(
          EventReason.ReceiptPruningDue,
          "the log stores "
              + stored
              + " receipts; export it, then: kubectl claw audit prune -n "
              + namespace
              + " --below N");
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
