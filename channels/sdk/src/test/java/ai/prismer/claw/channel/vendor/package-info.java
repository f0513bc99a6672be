/** Tests of what channels of chat services have in common; not null-marked, as tests are. */
package ai.prismer.claw.channel.vendor;
