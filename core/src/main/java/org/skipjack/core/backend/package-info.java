/**
 * What a device must be able to do: take a graph, give an executable.
 *
 * <p>For writers of backends. Open {@link org.skipjack.core.backend.Backend} first; {@link
 * org.skipjack.core.backend.ReferenceBackend} is the simplest one.
 */
@NullMarked
package org.skipjack.core.backend;

import org.jspecify.annotations.NullMarked;
