package ai.prismer.claw.bus.journal;

/** How full the journal's share of the disk is. */
public enum DiskPressure {
  /** Below 70 %. */
  NORMAL,
  /** From 70 %: who grants credits grants fewer. */
  HIGH,
  /** From 85 %: what is still owed in the oldest files is copied to the head, to free them. */
  COPYING,
  /** From 95 %, or when the file system gives no more: new messages are refused for now. */
  FULL
}
