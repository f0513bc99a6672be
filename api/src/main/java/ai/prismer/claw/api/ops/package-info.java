/** Records of self-healing: escalations and receipts. */
@NullMarked
package ai.prismer.claw.api.ops;

import org.jspecify.annotations.NullMarked;
