package ai.prismer.claw.bus.loop;

import ai.prismer.claw.bus.log.LineLogger;
import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.NavigableSet;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * A selector, a queue of tasks and a few timers, on one thread.
 *
 * <p>Sockets, queues and counters of the bus belong to this thread, so that none of them needs a
 * lock. Whoever works elsewhere (the journal, a bridge) brings what it found here by {@link
 * #execute}. A handler that throws loses its own socket; a task that throws is a fault of the bus,
 * whose state can no longer be trusted: the process has to end, and the journal has everything.
 */
public final class EventLoop implements Executor, AutoCloseable {
  private static final System.Logger LOG = LineLogger.of(EventLoop.class);

  /** Something to be done later. */
  public final class Timer implements Comparable<Timer> {
    private final long dueNanos;
    private final long number;
    private final Runnable task;

    private Timer(long dueNanos, long number, Runnable task) {
      this.dueNanos = dueNanos;
      this.number = number;
      this.task = task;
    }

    /**
     * Forgets the task, at once: every turn has a limit of minutes and most end within seconds, so
     * what only waited for its time to be forgotten would fill the heap. On the loop's thread.
     */
    public void cancel() {
      timers.remove(this);
    }

    /** Differences, not values, are compared: a monotonic clock may be negative and may wrap. */
    @Override
    public int compareTo(Timer other) {
      int order = Long.signum(dueNanos - other.dueNanos);
      return order == 0 ? Long.compare(number, other.number) : order;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Timer timer && timer.number == number;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(number);
    }
  }

  private final Selector selector;
  private final Consumer<Throwable> onFailure;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean woken = new AtomicBoolean();

  private final NavigableSet<Timer> timers = new TreeSet<>();
  private long lastTimer;

  private final RoundPace pace;
  private final Thread thread;
  private volatile boolean closing;

  /**
   * @param roundsPerSecond how often it may look for work in the long run; 0 for any number
   * @param onFailure told once when a task threw; has to end the process
   */
  public EventLoop(int roundsPerSecond, Consumer<Throwable> onFailure) throws IOException {
    this.selector = Selector.open();
    this.onFailure = onFailure;
    this.pace = new RoundPace(roundsPerSecond);
    this.thread = new Thread(this::run, "bus");
  }

  /** Begins. */
  public void start() {
    thread.start();
  }

  /** Has the loop's thread run {@code task}, in the order of the calls. Any thread. */
  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (Thread.currentThread() != thread && woken.compareAndSet(false, true)) {
      selector.wakeup();
    }
  }

  /** Has the loop run {@code task} after a while. On the loop's thread only. */
  public Timer after(Duration delay, Runnable task) {
    Timer timer = new Timer(nanos() + delay.toNanos(), ++lastTimer, task);
    timers.add(timer);
    return timer;
  }

  /** Monotonic time, in nanoseconds. */
  public long nanos() {
    return System.nanoTime();
  }

  /** Has {@code handler} told what of {@code interest} is possible. On the loop's thread only. */
  public SelectionKey register(SelectableChannel channel, int interest, SelectionHandler handler)
      throws IOException {
    channel.configureBlocking(false);
    return channel.register(selector, interest, handler);
  }

  private void run() {
    try {
      while (!closing) {
        rest();
        select();
        woken.set(false);
        selector.selectedKeys().forEach(EventLoop::handle);
        selector.selectedKeys().clear();
        runTimers();
        runTasks();
      }
    } catch (IOException | RuntimeException | Error failed) {
      if (!closing) {
        onFailure.accept(failed);
      }
    }
  }

  private void rest() {
    long wait = pace.take(nanos());
    if (wait > 0) {
      // Nobody has to wake who is about to look.
      woken.set(true);
      LockSupport.parkNanos(wait);
      woken.set(false);
    }
  }

  private void select() throws IOException {
    if (!tasks.isEmpty()) {
      selector.selectNow();
      return;
    }
    if (timers.isEmpty()) {
      selector.select();
      return;
    }
    long wait = timers.getFirst().dueNanos - nanos();
    if (wait <= 0) {
      selector.selectNow();
    } else {
      // Rounded up: a wait of less than a millisecond would otherwise spin.
      selector.select(TimeUnit.NANOSECONDS.toMillis(wait) + 1);
    }
  }

  private static void handle(SelectionKey key) {
    SelectionHandler handler = (SelectionHandler) key.attachment();
    try {
      if (key.isValid()) {
        handler.ready();
      }
    } catch (IOException gone) {
      handler.failed(gone);
    } catch (RuntimeException fault) {
      LOG.log(
          System.Logger.Level.ERROR, "a connection met a fault of the bus and is closed", fault);
      handler.failed(fault);
    }
  }

  private void runTimers() {
    while (!timers.isEmpty() && timers.getFirst().dueNanos - nanos() <= 0) {
      timers.removeFirst().task.run();
    }
  }

  /** Timers that wait. On the loop's thread only. */
  int timers() {
    return timers.size();
  }

  /** Runs what is there now; what these tasks add waits for the sockets' turn. */
  private void runTasks() {
    for (int left = tasks.size(); left > 0; left--) {
      Runnable task = tasks.poll();
      if (task == null) {
        return;
      }
      task.run();
    }
  }

  /**
   * Ends the thread and waits for it; what is still queued is not run. Not on the loop's thread.
   */
  @Override
  public void close() throws IOException {
    closing = true;
    try {
      selector.wakeup();
      thread.join();
      selector.close();
    } catch (InterruptedException early) {
      Thread.currentThread().interrupt();
    } catch (ClosedSelectorException twice) {
      // Closed before.
    }
  }
}
