package org.skipjack.train.data;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The publisher's folder on the web. Files go into the cache once they are verified; those that are there and intact are
 * not asked for again.
 *
 * @param address the folder, ending in a slash
 * @param cache where files are put
 * @param rules the rules for downloads
 * @param progress is told of bytes
 */
record PublisherSupply(URI address, DatasetCache cache, TransferRules rules, ProgressListener progress)
        implements Supply {

    @Override
    public String place() {
        return address.toString();
    }

    @Override
    public List<Path> provide(List<PublishedFile> files) throws IOException {
        return cache.exclusively(() -> {
            var copies = new ArrayList<Path>();
            try (var downloader = new Downloader(rules, progress)) {
                for (var file : files) {
                    if (!isIntact(file)) {
                        download(file, downloader);
                    }
                    copies.add(cache.file(file));
                }
            }
            return copies;
        });
    }

    private boolean isIntact(PublishedFile file) {
        try {
            file.read(cache.file(file));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void download(PublishedFile file, Downloader downloader) throws IOException {
        URI from = address.resolve(file.gzipName());
        progress.trying(from.toString());
        Path part = cache.newPart(file.name());
        try {
            downloader.download(from, part, file.maxTransferBytes());
            try {
                file.read(part);
            } catch (MalformedDataException e) {
                throw new IOException(
                        "what it sent as " + file.gzipName() + " is not the published file (found " + e.found()
                                + ", expected " + e.expected() + ")",
                        e);
            }
            cache.publish(part, file);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
