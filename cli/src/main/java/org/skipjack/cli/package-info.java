/**
 * The {@code skipjack} command: one class for each sub-command, and what they share.
 *
 * <p>The only room that writes to the terminal. Commands get a {@code Console} and no other way out, so that tests run
 * them within the process. Open {@link org.skipjack.cli.Main} first, then {@code TrainCommand}.
 */
@NullMarked
package org.skipjack.cli;

import org.jspecify.annotations.NullMarked;
