/** ClawChannels: who uses them, and that none goes while somebody does. */
@NullMarked
package ai.prismer.claw.operator.channels;

import org.jspecify.annotations.NullMarked;
