/**
 * Tests on a real node: a real kubelet, a real kernel, the operator installed by its own chart.
 *
 * <p>They run where {@code scripts/test} has made a cluster ready and set {@code KUBECONFIG}.
 */
@NullMarked
package ai.prismer.claw.e2e;

import org.jspecify.annotations.NullMarked;
