package ai.prismer.claw.openclaw.protocol;

/**
 * Who the gateway says it is.
 *
 * @param version version of the program
 * @param bootId different at every start: a client that sees a new one knows that what it had in
 *     flight was cut
 */
public record Identity(String version, String bootId) {}
