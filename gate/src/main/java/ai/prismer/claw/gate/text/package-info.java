/** Foreign text made safe to show. */
@NullMarked
package ai.prismer.claw.gate.text;

import org.jspecify.annotations.NullMarked;
