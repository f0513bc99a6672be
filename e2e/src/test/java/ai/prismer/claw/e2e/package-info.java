/**
 * Tests on a real node: a real kubelet, a real kernel, the operator installed by its own chart.
 *
 * <p>They run where {@code scripts/test} has made a cluster ready and set {@code KUBECONFIG}. Not
 * null-marked: a null where a test expects a value fails that test, which is what it is for.
 */
package ai.prismer.claw.e2e;
