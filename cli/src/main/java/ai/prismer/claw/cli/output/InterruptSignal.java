package ai.prismer.claw.cli.output;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * SIGINT, which Ctrl-C sends: caught once, then given back to the JVM, which ends the program.
 *
 * <p>{@code sun.misc.Signal} is the only way to it that the JDK has, and is asked for by name: that
 * it is no official interface, the compiler says in a warning that nothing can silence, and here
 * every warning is an error. Where it is missing, Ctrl-C ends the program as ever.
 */
final class InterruptSignal implements Terminal.Interruption {
  private static final String SIGNAL = "INT";

  private final Object signal;
  private final Method handle;
  private final Object before;
  private boolean givenBack;

  private InterruptSignal(Runnable action) throws ReflectiveOperationException {
    Class<?> type = Class.forName("sun.misc.Signal");
    Class<?> handler = Class.forName("sun.misc.SignalHandler");
    this.signal = type.getConstructor(String.class).newInstance(SIGNAL);
    this.handle = type.getMethod("handle", type, handler);
    Object caught =
        Proxy.newProxyInstance(
            handler.getClassLoader(),
            new Class<?>[] {handler},
            (self, method, arguments) -> {
              close();
              action.run();
              return null;
            });
    // One that comes meanwhile waits until it is known what to give back.
    synchronized (this) {
      this.before = handle.invoke(null, signal, caught);
    }
  }

  /** Catches the next one. */
  static Terminal.Interruption caught(Runnable action) {
    try {
      return new InterruptSignal(action);
    } catch (ReflectiveOperationException notWithThisJvm) {
      return () -> {};
    }
  }

  @Override
  public synchronized void close() {
    if (givenBack) {
      return;
    }
    givenBack = true;
    try {
      handle.invoke(null, signal, before);
    } catch (IllegalAccessException | InvocationTargetException impossible) {
      throw new IllegalStateException("SIGINT could be caught but not given back", impossible);
    }
  }
}
