/** What people and the kubelet ask the bus. */
@NullMarked
package ai.prismer.claw.bus.admin;

import org.jspecify.annotations.NullMarked;
