/** What the caches of informers keep of an object: less than the server sends. */
@NullMarked
package ai.prismer.claw.operator.cache;

import org.jspecify.annotations.NullMarked;
