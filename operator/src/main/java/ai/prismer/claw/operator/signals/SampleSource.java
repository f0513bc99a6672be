package ai.prismer.claw.operator.signals;

import java.util.List;

/** Where measurements come from. */
interface SampleSource {
  /** Its name in logs and metrics. */
  String name();

  /**
   * Reads what there is, once for all pods.
   *
   * @throws Unavailable if it cannot be read at all
   */
  List<Sample> read() throws Unavailable;

  /** The source cannot be read; the message says why, and what a person can do. */
  final class Unavailable extends Exception {
    private static final long serialVersionUID = 1L;

    Unavailable(String why) {
      super(why, null, false, false);
    }
  }
}
