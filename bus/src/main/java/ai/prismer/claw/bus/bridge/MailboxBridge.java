package ai.prismer.claw.bus.bridge;

import ai.prismer.claw.bus.framing.EnvelopeWriter;
import ai.prismer.claw.bus.router.Outgoing;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code nanoclaw-mailbox}: two SQLite files between the bus, which plays NanoClaw's host, and one
 * agent-runner in the same pod. All conversations of the Claw are one session of that agent, so one
 * turn is out at a time.
 *
 * <p><b>Once.</b> A question's id is the same at every attempt and the primary key there, so a
 * second send finds the first one and its answer, also one that came while the bus was away. A
 * runner that was killed in the middle begins its question anew; that is its own rule.
 *
 * <p><b>The end of a turn</b> is not said. The runner marks a question as done when the model has
 * ended, or at once when it was passed to a model that was still at work; the answer is written
 * after that. So it is over when it is done with, has an answer, no tool works, and neither the
 * runner's file nor its heartbeat has moved for a while.
 *
 * <p><b>What belongs to whom.</b> A row goes where it says; it is part of the open turn's answer if
 * it names that question, or its conversation and no other open question. One that comes late, or
 * that nobody asked for, is a message of its own. One that answers a question that is about to be
 * put once more waits for that.
 *
 * <p><b>Away.</b> Nothing tells whether a runner lives that has nothing to do. It is away when it
 * does not take a question; that stays in the mailbox, and the runner is back when it moves.
 *
 * <p>A turn cannot be ended: there is no row for that.
 */
public final class MailboxBridge extends ReconnectingBridge {
  private static final int MAX_BYTES = 512 * 1024;

  private static final Capabilities CAPABILITIES =
      new Capabilities(true, false, false, true, 1, 0, MAX_BYTES);

  /**
   * What the runner would obey instead of passing it to the agent: some of these drop the
   * conversation or send it away. Its host lets only administrators use them, of whom the bus knows
   * none.
   */
  private static final Pattern COMMAND =
      Pattern.compile("\\s*/[a-z][a-z0-9_-]*(\\s.*)?", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private final Mailbox mailbox;
  private final MailboxPace pace;
  private final UnaskedMessages unasked;
  private final BlockingDeque<Outgoing> waiting = new LinkedBlockingDeque<>();

  // All of this is the bridge's thread's.
  private final Set<String> held = new HashSet<>();
  private @Nullable MailboxTurn turn;
  private String pulse = "";
  private long moved = System.nanoTime();
  private long lookedIn = moved;
  private boolean again;
  private boolean stalled;

  /**
   * @param folder with the bus's folder {@code inbound} and the runner's, {@code workspace}
   * @param channels to which the agent may write
   */
  public MailboxBridge(
      Path folder,
      List<String> channels,
      MailboxPace pace,
      InstantSource clock,
      RandomGenerator random) {
    super("nanoclaw-mailbox", random);
    this.mailbox = new Mailbox(new MailboxFiles(folder), channels, clock);
    this.pace = pace;
    this.unasked =
        new UnaskedMessages(mailbox, channels, new EnvelopeWriter(clock, random), this::events);
  }

  @Override
  public Capabilities capabilities() {
    return CAPABILITIES;
  }

  /** Makes the mailbox first: the runner starts when the bus is ready, and has to find it. */
  @Override
  public void start(BridgeEvents listener) {
    try {
      mailbox.prepare();
    } catch (IOException _) {
      // Said, and tried again, by the thread.
    }
    super.start(listener);
  }

  @Override
  public void send(Outgoing next) {
    waiting.add(next);
  }

  @Override
  public boolean mayHaveSent(Outgoing lost) {
    return !waiting.remove(lost);
  }

  @Override
  void serve(BridgeEvents events) throws IOException, InterruptedException {
    turn = null;
    mailbox.prepare();
    while (stalled) {
      TimeUnit.MILLISECONDS.sleep(pace.idle().toMillis());
      stalled = mailbox.pulse().equals(pulse);
    }
    var _ = mailbox.news(null, _ -> true);
    lookedIn = System.nanoTime();
    again = true;
    connected();
    while (!isClosed()) {
      Duration wait = turn == null ? pace.idle() : pace.working();
      Outgoing next = waiting.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
      try {
        if (next != null) {
          begin(next);
        }
        look();
        lookedIn = System.nanoTime();
      } catch (SqliteException locked) {
        if (!locked.isPassing() || since(lookedIn).compareTo(pace.stall()) > 0) {
          throw locked;
        }
        again = true;
        TimeUnit.MILLISECONDS.sleep(pace.working().toMillis());
      }
    }
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  private void begin(Outgoing next) throws IOException {
    Optional<String> text = Question.of(next, events());
    if (text.isEmpty()) {
      return;
    }
    if (COMMAND.matcher(text.get()).matches()) {
      events().erred(next, "this agent takes no commands that begin with /");
      return;
    }
    String channel = next.lane().channel();
    Mailbox.Asked question =
        new Mailbox.Asked(
            IdempotencyKey.of(next),
            0,
            channel,
            next.envelope().id(),
            SessionKey.of(next),
            next.place(),
            false);
    try {
      turn = new MailboxTurn(next, mailbox.put(question, text.get()), System.nanoTime());
    } catch (SqliteException locked) {
      // It waits here, and so costs no attempt.
      waiting.addFirst(next);
      throw locked;
    }
    held.clear();
    again = true;
  }

  private void look() throws IOException {
    String seen = mailbox.pulse();
    boolean moves = !seen.equals(pulse);
    if (moves) {
      pulse = seen;
      moved = System.nanoTime();
    }
    if (moves || again) {
      // Once more after each change: a second one within a tick of the clock shows no other time.
      again = moves;
      read();
    }
    unasked.mark();
    if (turn != null) {
      judge(turn);
    }
  }

  private void read() throws IOException {
    MailboxTurn open = turn;
    RunnerRows.News news =
        mailbox.news(
            open == null ? null : open.asked.key(),
            row ->
                held.contains(row)
                    || unasked.hasTaken(row)
                    || (open != null && open.rows.contains(row)));
    if (open != null) {
      open.says(news);
    }
    for (RunnerRows.Said row : news.said()) {
      allot(row);
    }
    again |= news.said().size() == RunnerRows.AT_ONCE;
  }

  private void allot(RunnerRows.Said row) throws IOException {
    String words = row.text();
    String about = row.about();
    Mailbox.Asked owner = about == null ? lastBefore(row) : mailbox.asked(about);
    String named = row.channel();
    String channel = named == null && owner != null ? owner.channel() : named;
    MailboxTurn open = turn;
    if (words == null || channel == null) {
      unasked.skip(row);
    } else if (open != null && open.asked.channel().equals(channel) && isPart(row, owner, open)) {
      String piece = open.add(row, words);
      if (!piece.isEmpty()) {
        events().delta(open.outgoing, piece);
      }
    } else if (owner != null && !owner.over() && owner.channel().equals(channel)) {
      held.add(row.id());
    } else {
      unasked.tell(row, words, channel, owner);
    }
  }

  /** The question that a row without one is about, if any: the last, unless it says otherwise. */
  private Mailbox.@Nullable Asked lastBefore(RunnerRows.Said row) throws IOException {
    Mailbox.Asked last = mailbox.askedBefore(row.seq());
    boolean elsewhere =
        last == null
            || last.over()
            || (row.session() != null && !row.session().equals(last.session()));
    return elsewhere ? null : last;
  }

  private static boolean isPart(
      RunnerRows.Said row, Mailbox.@Nullable Asked owner, MailboxTurn open) {
    if (owner != null && owner.key().equals(open.asked.key())) {
      return true;
    }
    // A runner that goes on with an earlier model names the question which that began with.
    return (owner == null || owner.over())
        && row.seq() > open.asked.seq()
        && open.asked.session().equals(row.session());
  }

  private void judge(MailboxTurn open) throws IOException {
    Duration quiet = since(Math.max(moved, open.begun));
    switch (open.verdict(quiet, pace)) {
      case OPEN -> {
        // The next look may tell.
      }
      case STALLED -> {
        stalled = true;
        throw new IOException("the runner takes nothing out of its mailbox");
      }
      case OVER -> {
        // Before anybody is told: what is put once more is answered once more, but what is told
        // and not marked would be told again as a message of its own.
        mailbox.over(open.asked.key(), open.rows);
        turn = null;
        if (open.failure().isEmpty()) {
          events().answered(open.outgoing, open.text());
        } else {
          events().erred(open.outgoing, open.failure());
        }
      }
    }
  }

  @Override
  void disconnect() {
    // The thread is interrupted; it waits for nothing else.
  }
}
