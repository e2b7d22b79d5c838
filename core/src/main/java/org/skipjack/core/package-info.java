/**
 * Tensors as lazy expressions, their gradients, and the devices that compute them.
 *
 * <p>For everybody: layers, losses and optimisers are written with these classes alone. Open {@link
 * org.skipjack.core.Tensor} first, then {@link org.skipjack.core.Gradients} and {@link org.skipjack.core.Step}.
 */
@NullMarked
package org.skipjack.core;

import org.jspecify.annotations.NullMarked;
