/** The bus as people and the kubelet see it. */
@NullMarked
package ai.prismer.claw.bus.admin;

import org.jspecify.annotations.NullMarked;
