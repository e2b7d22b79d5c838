/**
 * Data sets and the loader that turns them into shuffled batches of plain arrays.
 *
 * <p>From file to batch: {@code IdxFile} → {@code ImageDataset} ({@code FashionMnist}, {@code Mnist}) →
 * {@code DataLoader} → {@code Batch}. Knows no tensors and depends on nothing else of Skipjack; every room above may
 * use it. Open {@link org.skipjack.train.data.DataLoader} first, then {@link org.skipjack.train.data.FashionMnist}.
 */
@NullMarked
package org.skipjack.train.data;

import org.jspecify.annotations.NullMarked;
