package ai.prismer.claw.openclaw.model;

/** Hears an answer while it comes. Called on the thread that asks. */
public interface ModelListener {
  /** The next piece of the answer. */
  void text(String piece);

  /** The endpoint sent something, be it only a sign of life. */
  void alive();
}
