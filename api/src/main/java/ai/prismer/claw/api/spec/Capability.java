package ai.prismer.claw.api.spec;

/** A Linux capability that a runtime may add; the restricted profile knows only this one. */
public enum Capability {
  NET_BIND_SERVICE
}
