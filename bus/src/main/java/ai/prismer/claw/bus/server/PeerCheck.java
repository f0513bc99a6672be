package ai.prismer.claw.bus.server;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/**
 * Which users may come through a channel's socket. The mount already says which container can reach
 * it; this says which of the users in there.
 *
 * @param users names, or numbers where the image names no user; none lets everybody in
 */
public record PeerCheck(Set<String> users) {
  /** Whether the kernel says that the peer is one of them. */
  boolean admits(SocketChannel peer) throws IOException {
    if (users.isEmpty()) {
      return true;
    }
    UnixDomainPrincipal principal = peer.getOption(ExtendedSocketOptions.SO_PEERCRED);
    return users.contains(principal.user().getName());
  }
}
