package org.skipjack.train.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A place that may have a published data set. */
sealed interface Supply permits FolderSupply, PublisherSupply, AptSupply {

    /** The place in words. */
    String place();

    /**
     * Copies of these files on this machine, in the same order. Whether they are intact is for the reader to find out.
     *
     * @throws IOException if this place lacks one; the message says why
     */
    List<Path> provide(List<PublishedFile> files) throws IOException;
}
