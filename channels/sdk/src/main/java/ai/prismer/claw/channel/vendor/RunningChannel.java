package ai.prismer.claw.channel.vendor;

/** A channel that was begun, as far as its process is concerned. */
public interface RunningChannel extends AutoCloseable {
  /** Where it listens. */
  int port();

  /** Takes nothing in any more, delivers what is on its way, and ends. */
  @Override
  void close();
}
