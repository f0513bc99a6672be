package ai.prismer.claw.channel.webhook;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * Whether an address is one of the public internet, by the registries of special-purpose addresses
 * (RFC 6890): what is not is the cluster, the node, or the cloud's metadata service.
 */
final class PublicAddress {
  private PublicAddress() {}

  static boolean is(InetAddress address) {
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    byte[] bytes = address.getAddress();
    return address instanceof Inet4Address ? isPublic4(bytes) : isPublic6(bytes);
  }

  private static boolean isPublic4(byte[] bytes) {
    int first = bytes[0] & 0xFF;
    int second = bytes[1] & 0xFF;
    boolean shared = first == 100 && (second & 0xC0) == 64;
    boolean protocol = first == 192 && second == 0 && ((bytes[2] & 0xFF) == 0 || bytes[2] == 2);
    boolean benchmark = first == 198 && (second & 0xFE) == 18;
    boolean examples =
        (first == 198 && second == 51 && bytes[2] == 100)
            || (first == 203 && second == 0 && bytes[2] == 113);
    return !(first == 0 || first >= 240 || shared || protocol || benchmark || examples);
  }

  /** Global unicast only, and there not what carries an IPv4 address inside. */
  private static boolean isPublic6(byte[] bytes) {
    boolean global = (bytes[0] & 0xE0) == 0x20;
    boolean sixToFour = bytes[0] == 0x20 && bytes[1] == 0x02;
    boolean protocol = bytes[0] == 0x20 && bytes[1] == 0x01 && (bytes[2] & 0xFE) == 0;
    boolean examples =
        bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0x0D && (bytes[3] & 0xFF) == 0xB8;
    return global && !sixToFour && !protocol && !examples;
  }
}
