/**
 * Reads and writes safetensors files: named arrays with a JSON header, no code and no class names.
 *
 * <p>Every number of a header is checked against the real file before anything is allocated or read, because such
 * files travel between strangers. Anybody who stores or loads weights may use this package; it knows arrays only, no
 * tensors and no modules. Open {@link org.skipjack.train.safetensors.SafetensorsFile} first.
 */
@NullMarked
package org.skipjack.train.safetensors;

import org.jspecify.annotations.NullMarked;
