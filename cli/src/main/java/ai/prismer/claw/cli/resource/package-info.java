/** Objects of a cluster as the verbs read and change them, with errors that say what to do. */
@NullMarked
package ai.prismer.claw.cli.resource;

import org.jspecify.annotations.NullMarked;
