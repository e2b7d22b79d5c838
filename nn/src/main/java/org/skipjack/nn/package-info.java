/**
 * Layers, initialisers, losses and optimisers, with PyTorch's names, defaults and formulas.
 *
 * <p>For everybody who builds or trains a net. Open {@link org.skipjack.nn.Module} first, then {@link
 * org.skipjack.nn.Sequential} and {@link org.skipjack.nn.Optimizer}; the nets that come along are in {@code models}.
 */
@NullMarked
package org.skipjack.nn;

import org.jspecify.annotations.NullMarked;
