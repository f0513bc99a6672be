/**
 * What the channels of chat services have in common, whatever the service: questions into the bus
 * once each ({@link ai.prismer.claw.channel.vendor.Intake}), those that were missed fetched later
 * ({@link ai.prismer.claw.channel.vendor.CatchUp}), answers out of it to the right place and
 * neither lost nor doubled ({@link ai.prismer.claw.channel.vendor.AnswerDesk}).
 */
@NullMarked
package ai.prismer.claw.channel.vendor;

import org.jspecify.annotations.NullMarked;
