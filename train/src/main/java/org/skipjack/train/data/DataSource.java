package org.skipjack.train.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a published data set is taken from. Immutable; each {@code with} method gives a changed copy.
 *
 * <p>With a folder given, that folder alone counts. Otherwise, in order: the user's cache, the folder in which Debian's
 * package installs it, the publisher's https addresses, and where none of them answers and the system has apt, that
 * package downloaded and unpacked into the cache, without root. What is downloaded is verified before it appears in
 * the cache.
 *
 * <pre>{@code
 * var source = DataSource.standard().withProgress(listener);
 * var train = FashionMnist.train(source);
 * }</pre>
 */
public final class DataSource {

    private final @Nullable Path folder;
    private final boolean offline;
    private final ProgressListener progress;
    private final Surroundings surroundings;

    private DataSource(@Nullable Path folder, boolean offline, ProgressListener progress, Surroundings surroundings) {
        this.folder = folder;
        this.offline = offline;
        this.progress = progress;
        this.surroundings = surroundings;
    }

    /** All places, silently. */
    public static DataSource standard() {
        return in(Surroundings.ofThisMachine());
    }

    static DataSource in(Surroundings surroundings) {
        return new DataSource(null, false, ProgressListener.SILENT, surroundings);
    }

    /** Only this folder: its files directly in it, or in the sub-folder that torchvision uses, plain or gzip. */
    public DataSource withFolder(Path newFolder) {
        return new DataSource(newFolder, offline, progress, surroundings);
    }

    /** Another cache folder than the platform's. */
    public DataSource withCache(Path cache) {
        return new DataSource(folder, offline, progress, surroundings.withCache(cache));
    }

    /** No downloads: neither from the publisher nor by apt. */
    public DataSource offline() {
        return new DataSource(folder, true, progress, surroundings);
    }

    /** Tells {@code listener} what is tried and received. */
    public DataSource withProgress(ProgressListener listener) {
        return new DataSource(folder, offline, listener, surroundings);
    }

    ProgressListener progress() {
        return progress;
    }

    /** The given folder alone decides, so its failure is the failure. */
    boolean isGivenFolder() {
        return folder != null;
    }

    @Nullable
    DatasetCache cache(Publication publication) {
        Path root = surroundings.cache();
        return root == null
                ? null
                : new DatasetCache(root.toAbsolutePath().resolve("datasets").resolve(publication.folder()));
    }

    /** The places on this machine, in order. */
    List<FolderSupply> folders(Publication publication) {
        if (folder != null) {
            return List.of(new FolderSupply("the given folder", folder, publication.subfolders()));
        }
        var supplies = new ArrayList<FolderSupply>();
        DatasetCache cache = cache(publication);
        if (cache != null) {
            supplies.add(new FolderSupply("the cache", cache.folder(), List.of()));
        }
        for (Path share : surroundings.shareFolders()) {
            Path installed = share.resolve("datasets").resolve(publication.folder());
            supplies.add(new FolderSupply("the system's folder", installed, List.of()));
        }
        return supplies;
    }

    /** The places that download into the cache, in order; none without a cache, offline, or with a given folder. */
    List<Supply> downloads(Publication publication) {
        DatasetCache cache = cache(publication);
        if (folder != null || offline || cache == null) {
            return List.of();
        }
        var supplies = new ArrayList<Supply>();
        for (var address : publication.addresses()) {
            supplies.add(new PublisherSupply(address, cache, surroundings.transfer(), progress));
        }
        if (publication.debianPackage() != null) {
            supplies.add(new AptSupply(
                    publication.debianPackage(), publication.folder(), cache, surroundings.commands(), progress));
        }
        return supplies;
    }

    /** What to do when no place has the data. */
    String advice(Publication publication) {
        var advice = new StringBuilder("Put the four files %s, gzip or unpacked, into a folder and name it with --data."
                .formatted(publication.files().stream()
                        .map(PublishedFile::gzipName)
                        .toList()));
        if (surroundings.cache() == null) {
            advice.append(" There is no cache folder, since no home folder is known: set XDG_CACHE_HOME.");
        }
        if (offline) {
            advice.append(" Downloads are switched off.");
        }
        return advice.toString();
    }
}
