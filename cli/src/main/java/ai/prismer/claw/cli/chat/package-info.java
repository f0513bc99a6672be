/** Talking to an agent: protocol 4 of its gateway, through the API server. */
@NullMarked
package ai.prismer.claw.cli.chat;

import org.jspecify.annotations.NullMarked;
