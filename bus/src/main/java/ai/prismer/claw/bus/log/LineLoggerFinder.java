package ai.prismer.claw.bus.log;

import java.time.InstantSource;

/** Gives everybody in the process, the JDK included, a {@link LineLogger} on standard error. */
public final class LineLoggerFinder extends System.LoggerFinder {
  /** Made by the JDK when the first logger is asked for. */
  public LineLoggerFinder() {}

  @Override
  public System.Logger getLogger(String name, Module module) {
    return new LineLogger(name, InstantSource.system(), System.err);
  }
}
