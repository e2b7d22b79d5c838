/**
 * The nets that come along, and the door through which other modules bring theirs.
 *
 * <p>For users of the command line and of the library. Open {@link org.skipjack.nn.models.Models} first; {@link
 * org.skipjack.nn.models.LeNetBn} shows how a net is written.
 */
@NullMarked
package org.skipjack.nn.models;

import org.jspecify.annotations.NullMarked;
