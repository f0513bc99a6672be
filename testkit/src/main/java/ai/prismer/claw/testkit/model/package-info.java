/**
 * A language model that says what a test tells it to, over the vendors' real wire formats.
 *
 * <p>Nothing here is a mock of a client library: {@link
 * ai.prismer.claw.testkit.model.ScriptedModel} is a server on a socket, so a test sees what a real
 * endpoint would do to the program under test: slow tokens, a connection that goes silent, an
 * overloaded vendor, bytes that are no JSON, a stream that is cut.
 */
@NullMarked
package ai.prismer.claw.testkit.model;

import org.jspecify.annotations.NullMarked;
