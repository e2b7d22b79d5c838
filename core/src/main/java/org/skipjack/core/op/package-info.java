/**
 * The operations: one record each, with shape rule, gradient rule and definition side by side.
 *
 * <p>For writers of ops and backends. Open {@link org.skipjack.core.op.Op} first, then {@link
 * org.skipjack.core.op.MatMul} as an example.
 */
@NullMarked
package org.skipjack.core.op;

import org.jspecify.annotations.NullMarked;
