/** Tests of the training. */
package ai.prismer.claw.training;
