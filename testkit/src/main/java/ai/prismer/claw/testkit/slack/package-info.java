/**
 * Slack as a sidecar sees it, from its public documentation: {@link
 * ai.prismer.claw.testkit.slack.SlackDouble}.
 */
@NullMarked
package ai.prismer.claw.testkit.slack;

import org.jspecify.annotations.NullMarked;
