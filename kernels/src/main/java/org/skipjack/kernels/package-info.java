/**
 * Arithmetic on {@code float[]} ranges: outputs first, then inputs, then sizes. No tensors, no threads, no I/O.
 * For backends only, but for {@link org.skipjack.kernels.PeakFlops}.
 *
 * <p>Each family has a public face, a SIMD twin and a scalar twin with the same bits; open {@link
 * org.skipjack.kernels.Lanes} for the layout and {@link org.skipjack.kernels.Simd} for the choice.
 */
@NullMarked
package org.skipjack.kernels;

import org.jspecify.annotations.NullMarked;
