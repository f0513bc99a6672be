/** The operator's manifests for who has no Helm. */
@NullMarked
package ai.prismer.claw.cli.install;

import org.jspecify.annotations.NullMarked;
