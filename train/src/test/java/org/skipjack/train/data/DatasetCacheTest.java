package org.skipjack.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class DatasetCacheTest {

    @TempDir
    private Path folder;

    private List<String> names(String ending) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.contains(ending))
                    .toList();
        }
    }

    @Test
    void sweepsAwayWhatAKilledRunLeft() throws IOException {
        Files.write(folder.resolve("images.123.part"), new byte[10]);
        Path unpacked = Files.createDirectories(folder.resolve("package.part456/unpacked/usr"));
        Files.write(unpacked.resolve("file"), new byte[10]);
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Files.createSymbolicLink(unpacked.resolve("link"), outside);
        Files.write(folder.resolve("images.gz"), new byte[10]);
        new DatasetCache(folder).sweep();
        assertThat(names(".part")).isEmpty();
        assertThat(names("images.gz")).hasSize(1);
        assertThat(outside).exists();
    }

    @Test
    void doesNotSweepWhileSomebodyWrites() throws IOException, InterruptedException {
        var cache = new DatasetCache(folder);
        cache.exclusively(() -> {
            Path part = cache.newPart("images");
            var sweeping = Thread.ofPlatform().start(cache::sweep);
            try {
                sweeping.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            assertThat(part).exists();
            return part;
        });
        cache.sweep();
        assertThat(names(".part")).isEmpty();
    }

    @Test
    void sweepingAFolderThatIsNotThereDoesNothing() {
        Path nowhere = folder.resolve("nowhere");
        new DatasetCache(nowhere).sweep();
        assertThat(nowhere).doesNotExist();
    }

    /** Fetches into the cache folder {@code args[0]} from {@code args[1]}; run as a process, to be killed. */
    static final class Fetching {
        public static void main(String[] args) throws IOException {
            PublishedImages.fetch(TinyPublication.at(URI.create(args[1])), TinyPublication.source(Path.of(args[0])));
        }
    }

    @Test
    void aKilledDownloadNeverLeavesAUsableLookingFileAndIsSweptAtTheNextStart() throws Exception {
        Path tiny = folder.resolve("datasets/tiny");
        for (int kills = 0; kills < 2; kills++) {
            killWhileDownloading();
            try (var files = Files.list(tiny)) {
                assertThat(files.map(file -> String.valueOf(file.getFileName())))
                        .allMatch(name -> name.endsWith(".part") || name.equals(".lock"))
                        .anyMatch(name -> name.endsWith(".part"));
            }
            try (var publisher = LocalPublisher.ofTinyFiles()) {
                PublishedImages.fetch(TinyPublication.at(publisher.address()), TinyPublication.source(folder));
            }
            try (var files = Files.list(tiny)) {
                assertThat(files.map(file -> String.valueOf(file.getFileName())))
                        .containsExactlyInAnyOrder(
                                ".lock", "train-images.gz", "train-labels.gz", "test-images.gz", "test-labels.gz");
            }
            DatasetCache.delete(tiny);
        }
    }

    private void killWhileDownloading() throws IOException, InterruptedException {
        var halfway = new CountDownLatch(1);
        var killed = new CountDownLatch(1);
        HttpHandler slow = exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write(new byte[10]);
            exchange.getResponseBody().flush();
            halfway.countDown();
            try {
                killed.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        try (var publisher = new LocalPublisher(slow)) {
            var command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m", "-cp"));
            command.add(System.getProperty("java.class.path"));
            command.addAll(List.of(
                    Fetching.class.getName(),
                    folder.toString(),
                    publisher.address().toString()));
            var process = new ProcessBuilder(command).inheritIO().start();
            assertThat(halfway.await(60, TimeUnit.SECONDS)).isTrue();
            process.destroyForcibly().waitFor();
        } finally {
            killed.countDown();
        }
    }
}
