/** What the API server does not tell and must be asked for over and over. */
@NullMarked
package ai.prismer.claw.operator.polling;

import org.jspecify.annotations.NullMarked;
