/** The server side of RFC 6455, with every buffer, queue and wait bounded. */
@NullMarked
package ai.prismer.claw.openclaw.websocket;

import org.jspecify.annotations.NullMarked;
