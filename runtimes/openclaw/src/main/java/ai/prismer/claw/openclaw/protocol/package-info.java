/** What clients say over a WebSocket: OpenClaw's protocol 4, and the plain envelope. */
@NullMarked
package ai.prismer.claw.openclaw.protocol;

import org.jspecify.annotations.NullMarked;
