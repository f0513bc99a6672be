/** The run of a program that fills the AOT cache of its image; part of no image itself. */
@NullMarked
package ai.prismer.claw.training;

import org.jspecify.annotations.NullMarked;
