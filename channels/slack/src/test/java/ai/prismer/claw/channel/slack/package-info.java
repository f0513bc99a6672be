/** Tests of the sidecar; not null-marked: a test's fields are set by what runs before it. */
package ai.prismer.claw.channel.slack;
