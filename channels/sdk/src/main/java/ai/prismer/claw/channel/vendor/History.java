package ai.prismer.claw.channel.vendor;

import java.time.Instant;
import java.util.List;

/** What people said while nobody listened. */
public interface History {
  /** Questions since then, oldest first, in all channels that were configured. */
  List<Question> since(Instant since) throws VendorException, InterruptedException;

  /** When a message was said, by its id. */
  Instant timeOf(String message);
}
