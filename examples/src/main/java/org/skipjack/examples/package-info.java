/**
 * The tutorial's chapters as programs, written with the public interface only.
 *
 * <p>For readers who learn, and for the command line, which finds the nets of this package by name. Open {@link
 * org.skipjack.examples.BatchNorm} first, then {@link org.skipjack.examples.BatchNormChapter}.
 */
@NullMarked
package org.skipjack.examples;

import org.jspecify.annotations.NullMarked;
