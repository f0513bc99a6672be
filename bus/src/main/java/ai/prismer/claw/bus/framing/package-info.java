/** Bytes of a stream to frames, frames to bytes, and the little of a frame that the bus reads. */
@NullMarked
package ai.prismer.claw.bus.framing;

import org.jspecify.annotations.NullMarked;
