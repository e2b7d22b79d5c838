package org.skipjack.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skipjack.train.data.DataSourceReport.State;
import org.skipjack.train.data.Publication.Split;

class DataSourceTest {

    private static final Publication TINY = TinyPublication.at();

    @TempDir
    private Path folder;

    private DataSource source() {
        return TinyPublication.source(folder.resolve("cache"));
    }

    /** A machine whose system folder and programs are in the test's folder. */
    private DataSource sourceWithSystem() {
        return DataSource.in(new Surroundings(
                folder.resolve("cache"),
                List.of(folder.resolve("share")),
                TinyPublication.RULES,
                new Commands(folder.resolve("bin") + ":" + System.getenv("PATH"))));
    }

    @Test
    void readsTheGivenFolderPlainOrGzipOrAsTorchvisionLaysItOut() throws IOException {
        TinyPublication.writeAll(folder.resolve("given"));
        TinyPublication.writeAll(folder.resolve("torch/Tiny/raw"));
        Path plain = Files.createDirectory(folder.resolve("plain"));
        Files.write(plain.resolve("train-images"), IdxBytes.images(3, 4, 4, 1));
        Files.write(plain.resolve("train-labels"), IdxBytes.labels(0, 1, 1));
        for (var name : List.of("given", "torch", "plain")) {
            var train = PublishedImages.load(TINY, Split.TRAIN, source().withFolder(folder.resolve(name)));
            assertThat(train.size()).isEqualTo(3);
        }
    }

    @Test
    void refusesAGivenFolderWithoutFilesNamingTheFourExpectedAndTriesNothingElse() throws IOException {
        TinyPublication.writeAll(folder.resolve("cache/datasets/tiny"));
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertThatThrownBy(() -> PublishedImages.load(TINY, Split.TRAIN, source().withFolder(empty)))
                .isInstanceOf(DataUnavailableException.class)
                .hasMessageContaining("the given folder " + empty + ": has none of the files")
                .hasMessageContaining("[train-images.gz, train-labels.gz, test-images.gz, test-labels.gz]");
        assertThatThrownBy(() -> PublishedImages.load(TINY, Split.TRAIN, source().withFolder(empty.resolve("x"))))
                .hasMessageContaining("no such folder");
    }

    @Test
    void refusesAGivenFolderWithSomeOfTheFiles() throws IOException {
        TinyPublication.writeAll(folder.resolve("given"));
        Files.delete(folder.resolve("given/test-labels.gz"));
        assertThatThrownBy(() -> PublishedImages.load(TINY, Split.TEST, source().withFolder(folder.resolve("given"))))
                .hasMessageContaining("given has [test-images.gz] but not [test-labels.gz]");
    }

    @Test
    void aWrongDigestInTheGivenFolderIsAnErrorThatNamesTheFile() throws IOException {
        TinyPublication.writeAll(folder.resolve("cache/datasets/tiny"));
        Path given = folder.resolve("given");
        TinyPublication.writeAll(given);
        byte[] other = IdxBytes.images(3, 4, 4, 77);
        Files.write(given.resolve("train-images.gz"), IdxBytes.gzip(other));
        assertThatThrownBy(() -> PublishedImages.load(TINY, Split.TRAIN, source().withFolder(given)))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageStartingWith(given.resolve("train-images.gz") + ": found contents with SHA-256 "
                        + IdxBytes.sha256(other) + ", expected " + IdxBytes.sha256(IdxBytes.images(3, 4, 4, 1)));
    }

    @Test
    void prefersTheCacheThenTheSystemsFolder() throws IOException {
        TinyPublication.writeAll(folder.resolve("share/datasets/tiny"));
        assertThat(PublishedImages.fetch(TINY, sourceWithSystem())).isEqualTo(folder.resolve("share/datasets/tiny"));
        TinyPublication.writeAll(folder.resolve("cache/datasets/tiny"));
        assertThat(PublishedImages.fetch(TINY, sourceWithSystem())).isEqualTo(folder.resolve("cache/datasets/tiny"));
    }

    @Test
    void goesOnWhenTheCacheIsDamaged() throws IOException {
        TinyPublication.writeAll(folder.resolve("share/datasets/tiny"));
        TinyPublication.writeAll(folder.resolve("cache/datasets/tiny"));
        Files.write(folder.resolve("cache/datasets/tiny/train-images.gz"), new byte[20]);
        assertThat(PublishedImages.load(TINY, Split.TRAIN, sourceWithSystem()).size())
                .isEqualTo(3);
        var report = PublishedImages.inspect(TINY, sourceWithSystem());
        assertThat(report.places())
                .extracting(DataSourceReport.Place::state)
                .containsExactly(State.DAMAGED, State.VERIFIED, State.NOT_TRIED);
        assertThat(report.usable().orElseThrow().name()).contains("share");
    }

    @Test
    void tellsEverySourceThatWasTriedAndWhyItFailed() {
        var publication = TinyPublication.at(URI.create("http://127.0.0.1:1/"));
        assertThatThrownBy(() -> PublishedImages.load(publication, Split.TRAIN, source()))
                .isInstanceOf(DataUnavailableException.class)
                .hasMessage("""
                        Tiny was not found; tried, in order:
                          the cache %s: no such folder
                          http://127.0.0.1:1/: cannot connect to 127.0.0.1
                          Debian's package dataset-tiny by apt: this system has no apt-get
                        Put the four files [train-images.gz, train-labels.gz, test-images.gz, test-labels.gz], gzip or unpacked, into a folder and name it with --data.""".formatted(folder.resolve("cache/datasets/tiny")));
    }

    @Test
    void downloadsNothingWhenOfflineOrWithoutACache() {
        var publication = TinyPublication.at(URI.create("http://127.0.0.1:1/"));
        assertThatThrownBy(() -> PublishedImages.load(publication, Split.TRAIN, source().offline()))
                .hasMessageEndingWith("Downloads are switched off.")
                .hasMessageNotContaining("127.0.0.1");
        var homeless = DataSource.in(new Surroundings(null, List.of(), TinyPublication.RULES, new Commands("")));
        assertThatThrownBy(() -> PublishedImages.load(publication, Split.TRAIN, homeless))
                .hasMessageEndingWith("There is no cache folder, since no home folder is known: set XDG_CACHE_HOME.");
    }

    @Test
    void inspectingDownloadsNothingAndCreatesNothing() {
        var report = PublishedImages.inspect(TinyPublication.at(URI.create("http://127.0.0.1:1/")), source());
        assertThat(report.places())
                .extracting(DataSourceReport.Place::state)
                .containsExactly(State.ABSENT, State.NOT_TRIED, State.NOT_TRIED);
        assertThat(report.usable()).isEmpty();
        assertThat(folder.resolve("cache")).doesNotExist();
    }

    @Test
    void findsTheCacheFolderOfEachPlatform() {
        assertThat(Surroundings.cacheFolder("Linux", Map.of(), "/home/a"))
                .isEqualTo(Path.of("/home/a/.cache/skipjack"));
        assertThat(Surroundings.cacheFolder("Linux", Map.of("XDG_CACHE_HOME", "/x"), "/home/a"))
                .isEqualTo(Path.of("/x/skipjack"));
        assertThat(Surroundings.cacheFolder("Linux", Map.of("XDG_CACHE_HOME", "relative"), "/home/a"))
                .isEqualTo(Path.of("/home/a/.cache/skipjack"));
        assertThat(Surroundings.cacheFolder("Linux", Map.of(), "?")).isNull();
        assertThat(Surroundings.cacheFolder("Mac OS X", Map.of(), "/Users/a"))
                .isEqualTo(Path.of("/Users/a/Library/Caches/skipjack"));
        assertThat(Surroundings.cacheFolder("Windows 11", Map.of("LOCALAPPDATA", "/local"), "/Users/a"))
                .isEqualTo(Path.of("/local/skipjack"));
        assertThat(Surroundings.cacheFolder("Windows 11", Map.of(), "/Users/a"))
                .isEqualTo(Path.of("/Users/a/AppData/Local/skipjack"));
    }

    private void program(String name, String script) throws IOException {
        Path file = Files.createDirectories(folder.resolve("bin")).resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + script);
        assumeTrue(file.toFile().setExecutable(true), "this file system has no executable files");
    }

    @Test
    void unpacksThePackageThatAptDownloads() throws IOException {
        TinyPublication.writeAll(folder.resolve("package"));
        program("apt-get", "[ \"$*\" = '-q download dataset-tiny' ] && touch dataset-tiny_1_all.deb\n");
        program(
                "dpkg-deb",
                "mkdir -p $3/usr/share/datasets && cp -r %s/package $3/usr/share/datasets/tiny\n".formatted(folder));
        assertThat(PublishedImages.load(TINY, Split.TRAIN, sourceWithSystem()).size())
                .isEqualTo(3);
        assertThat(PublishedImages.inspect(TINY, sourceWithSystem())
                        .places()
                        .getFirst()
                        .state())
                .isEqualTo(State.ABSENT);
        PublishedImages.fetch(TINY, sourceWithSystem());
        try (var cached = Files.list(folder.resolve("cache/datasets/tiny"))) {
            assertThat(cached.map(file -> String.valueOf(file.getFileName())))
                    .containsExactlyInAnyOrder(
                            ".lock", "train-images.gz", "train-labels.gz", "test-images.gz", "test-labels.gz");
        }
    }

    @Test
    void getsPackageListsOfItsOwnWhereAptHasNone() throws IOException {
        TinyPublication.writeAll(folder.resolve("package"));
        program("apt-get", """
                case "$*" in
                  *Dir::State::Lists=*update) touch updated ;;
                  *Dir::State::Lists=*'download dataset-tiny') [ -f updated ] && touch dataset-tiny_1_all.deb ;;
                  *) echo "E: Unable to locate package dataset-tiny" >&2; exit 100 ;;
                esac
                """);
        program(
                "dpkg-deb",
                "mkdir -p $3/usr/share/datasets && cp -r %s/package $3/usr/share/datasets/tiny\n".formatted(folder));
        assertThat(PublishedImages.load(TINY, Split.TEST, sourceWithSystem()).size())
                .isEqualTo(2);
    }

    @Test
    void reportsTheLastLineOfAFailingAptAndLeavesNothing() throws IOException {
        program("apt-get", "echo Reading; echo 'E: Unable to locate package dataset-tiny' >&2; exit 100\n");
        program("dpkg-deb", "exit 0\n");
        assertThatThrownBy(() -> PublishedImages.fetch(TINY, sourceWithSystem()))
                .hasMessageContaining("Debian's package dataset-tiny by apt: apt-get failed with status 100: "
                        + "E: Unable to locate package dataset-tiny\n");
        try (var cached = Files.list(folder.resolve("cache/datasets/tiny"))) {
            assertThat(cached).containsExactly(folder.resolve("cache/datasets/tiny/.lock"));
        }
    }

    @Test
    void aPackageWithOtherContentsIsRefused() throws IOException {
        TinyPublication.writeAll(folder.resolve("package"));
        Files.write(folder.resolve("package/train-labels.gz"), IdxBytes.gzip(IdxBytes.labels(1, 1, 1)));
        program("apt-get", "touch dataset-tiny_1_all.deb\n");
        program(
                "dpkg-deb",
                "mkdir -p $3/usr/share/datasets && cp -r %s/package $3/usr/share/datasets/tiny\n".formatted(folder));
        assertThatThrownBy(() -> PublishedImages.fetch(TINY, sourceWithSystem()))
                .hasMessageContaining("train-labels.gz: found contents with SHA-256 ");
        assertThat(folder.resolve("cache/datasets/tiny/train-labels.gz")).doesNotExist();
    }
}
