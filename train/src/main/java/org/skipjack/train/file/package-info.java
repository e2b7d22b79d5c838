/**
 * Files that appear whole or not at all: {@code DurableFile} is the one way in which something lasting is written.
 *
 * <p>For the packages of this room and the annexes that write files. Below it lies a {@code Disk}, the six operations that such a write
 * consists of; tests put another in its place that fails, or forgets what was not forced. Open {@link
 * org.skipjack.train.file.DurableFile} first.
 */
@NullMarked
package org.skipjack.train.file;

import org.jspecify.annotations.NullMarked;
