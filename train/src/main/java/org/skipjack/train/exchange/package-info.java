/**
 * Nets and their weights on the way in and out: what a file of weights is the weights of, and the formats in which a net can
 * be handed on.
 *
 * <p>For users of the command line and of the library. Other modules bring formats of their own by {@link
 * org.skipjack.train.exchange.ExportFormat}. Open {@link org.skipjack.train.exchange.StoredModel} first.
 */
@NullMarked
package org.skipjack.train.exchange;

import org.jspecify.annotations.NullMarked;
