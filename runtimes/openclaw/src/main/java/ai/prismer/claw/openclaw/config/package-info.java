/** What the gateway is told: the mounted file, the environment, the token, the fixed limits. */
@NullMarked
package ai.prismer.claw.openclaw.config;

import org.jspecify.annotations.NullMarked;
