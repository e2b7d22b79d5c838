package org.skipjack.train.data;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.skipjack.train.data.DataSourceReport.Place;
import org.skipjack.train.data.DataSourceReport.State;
import org.skipjack.train.data.DataUnavailableException.Attempt;
import org.skipjack.train.data.Publication.Split;

/** Finds, verifies and reads a published data set, going from place to place until one has it intact. */
final class PublishedImages {

    private PublishedImages() {}

    /** What is done with the files once they are found; failing means that the next place is tried. */
    private interface Use<T> {
        T of(List<Path> files) throws IOException;
    }

    static ImageDataset load(Publication publication, Split split, DataSource source) throws IOException {
        var files = publication.files(split);
        return fromFirst(publication, files, source, paths -> {
            var labels = files.get(1).read(paths.get(1));
            var images = files.get(0).read(paths.get(0));
            return ImageDataset.fromIdx(images, paths.get(1), labels, publication.classNames());
        });
    }

    static Path fetch(Publication publication, DataSource source) throws IOException {
        var files = publication.files();
        return fromFirst(publication, files, source, paths -> {
            verify(files, paths);
            return Objects.requireNonNull(paths.getFirst().toAbsolutePath().getParent(), "a file stands in a folder");
        });
    }

    private static <T> T fromFirst(Publication publication, List<PublishedFile> files, DataSource source, Use<T> use)
            throws IOException {
        var cache = source.cache(publication);
        if (cache != null) {
            cache.sweep();
        }
        var attempts = new ArrayList<Attempt>();
        var supplies = new ArrayList<Supply>(source.folders(publication));
        supplies.addAll(source.downloads(publication));
        for (var supply : supplies) {
            try {
                return use.of(supply.provide(files));
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                if (source.isGivenFolder()) {
                    throw e instanceof MalformedDataException
                            ? e
                            : new DataUnavailableException(
                                    publication.title(),
                                    List.of(new Attempt(supply.place(), reason(e))),
                                    source.advice(publication));
                }
                attempts.add(new Attempt(supply.place(), reason(e)));
            }
        }
        throw new DataUnavailableException(publication.title(), attempts, source.advice(publication));
    }

    static DataSourceReport inspect(Publication publication, DataSource source) {
        var files = publication.files();
        var places = new ArrayList<Place>();
        for (var supply : source.folders(publication)) {
            places.add(inspect(supply, files, publication.pinned()));
        }
        for (var supply : source.downloads(publication)) {
            places.add(new Place(supply.place(), State.NOT_TRIED, "would be asked to send the files"));
        }
        return new DataSourceReport(publication.title(), places);
    }

    private static Place inspect(FolderSupply supply, List<PublishedFile> files, boolean pinned) {
        List<Path> paths;
        try {
            paths = supply.provide(files);
        } catch (IOException e) {
            return new Place(supply.place(), State.ABSENT, reason(e));
        }
        try {
            verify(files, paths);
        } catch (IOException e) {
            return new Place(supply.place(), State.DAMAGED, reason(e));
        }
        return pinned
                ? new Place(supply.place(), State.VERIFIED, "all files have the published SHA-256")
                : new Place(
                        supply.place(), State.WELL_FORMED, "all files are well-formed; no digest is known for them");
    }

    private static void verify(List<PublishedFile> files, List<Path> paths) throws IOException {
        for (int i = 0; i < files.size(); i++) {
            files.get(i).read(paths.get(i));
        }
    }

    /** One line for people, also where the exception's own message is only a file name or missing. */
    static String reason(IOException e) {
        String message = e.getMessage();
        boolean speaksForItself = e.getClass() == IOException.class || e instanceof MalformedDataException;
        if (message == null) {
            return e.getClass().getSimpleName();
        }
        return speaksForItself ? message : e.getClass().getSimpleName() + ": " + message;
    }
}
