package org.skipjack.train.data;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One file of a published data set.
 *
 * @param name the name without {@code .gz}
 * @param spec what the decompressed file must be
 * @param sha256 the digest of the decompressed file, or null when none is pinned
 */
record PublishedFile(String name, IdxSpec spec, @Nullable String sha256) {

    /** Room for gzip's header and for data that does not compress, beside the decompressed size. */
    private static final int GZIP_SLACK = 1 << 16;

    String gzipName() {
        return name + ".gz";
    }

    /** The most bytes that a download of the gzip file may have. */
    long maxTransferBytes() {
        return spec.maxBytes() + GZIP_SLACK;
    }

    /**
     * Reads and verifies a copy of this file, plain or gzip.
     *
     * @throws MalformedDataException if it is not the published file
     */
    IdxFile read(Path copy) throws IOException {
        var contents = IdxFile.read(copy, spec);
        if (sha256 != null && !sha256.equals(contents.sha256())) {
            throw MalformedDataException.whole(
                    copy,
                    "contents with SHA-256 " + contents.sha256(),
                    sha256 + " (the published file): replace the file");
        }
        return contents;
    }
}
