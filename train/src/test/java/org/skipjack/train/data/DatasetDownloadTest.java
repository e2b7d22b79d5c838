package org.skipjack.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.skipjack.train.data.Publication.Split;

/** Downloads from a server on the loopback interface. */
@Timeout(60)
class DatasetDownloadTest {

    @TempDir
    private Path cache;

    private Path folder() {
        return cache.resolve("datasets/tiny");
    }

    private List<String> cached() throws IOException {
        if (!Files.exists(folder())) {
            return List.of();
        }
        try (var files = Files.list(folder())) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> !name.equals(".lock"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void putsVerifiedFilesIntoTheCacheAndReadsThemFromThereNextTime() throws IOException {
        try (var publisher = LocalPublisher.ofTinyFiles()) {
            var publication = TinyPublication.at(publisher.address());
            var train = PublishedImages.load(publication, Split.TRAIN, TinyPublication.source(cache));
            assertThat(train.size()).isEqualTo(3);
            assertThat(cached()).containsExactly("train-images.gz", "train-labels.gz");
            PublishedImages.load(publication, Split.TRAIN, TinyPublication.source(cache));
            assertThat(PublishedImages.fetch(publication, TinyPublication.source(cache)))
                    .isEqualTo(folder());
            assertThat(publisher.asked())
                    .containsExactly(
                            "/data/train-images.gz",
                            "/data/train-labels.gz",
                            "/data/test-images.gz",
                            "/data/test-labels.gz");
        }
        assertThat(PublishedImages.load(TinyPublication.at(), Split.TEST, TinyPublication.source(cache))
                        .label(0))
                .isEqualTo(1);
    }

    @Test
    void tellsTheListenerWhatIsReceived() throws IOException {
        var told = new ArrayList<String>();
        try (var publisher = LocalPublisher.ofTinyFiles()) {
            var listener = new ProgressListener() {
                @Override
                public void trying(String place) {
                    told.add("trying " + place);
                }

                @Override
                public void received(String file, long bytes, long total) {
                    if (bytes == total) {
                        told.add(file + " " + bytes);
                    }
                }
            };
            var source = TinyPublication.source(cache).withProgress(listener);
            PublishedImages.load(TinyPublication.at(publisher.address()), Split.TEST, source);
            int length = TinyPublication.FILES.get("test-images.gz").length;
            assertThat(told).contains("trying " + publisher.address() + "test-images.gz", "test-images.gz " + length);
        }
    }

    @Test
    void replacesADamagedFileOfTheCacheAndOnlyThat() throws IOException {
        TinyPublication.writeAll(folder());
        Files.write(folder().resolve("test-labels.gz"), new byte[10]);
        try (var publisher = LocalPublisher.ofTinyFiles()) {
            PublishedImages.fetch(TinyPublication.at(publisher.address()), TinyPublication.source(cache));
            assertThat(publisher.asked()).containsExactly("/data/test-labels.gz");
        }
        assertThat(folder().resolve("test-labels.gz")).hasBinaryContent(TinyPublication.FILES.get("test-labels.gz"));
    }

    @Test
    void asksTheNextAddressWhenOneFails() throws IOException {
        try (var broken = new LocalPublisher(exchange -> exchange.sendResponseHeaders(503, -1));
                var publisher = LocalPublisher.ofTinyFiles()) {
            var publication = TinyPublication.at(broken.address(), publisher.address());
            PublishedImages.fetch(publication, TinyPublication.source(cache));
            assertThat(broken.asked()).containsExactly("/data/train-images.gz");
            assertThat(publisher.asked()).hasSize(4);
        }
    }

    @Test
    void followsAFewRedirects() throws IOException {
        HttpHandler twice = exchange -> {
            String path = exchange.getRequestURI().getPath();
            if (path.startsWith("/data/")) {
                LocalPublisher.redirect(exchange, "/moved/" + LocalPublisher.fileName(exchange));
            } else if (path.startsWith("/moved/")) {
                LocalPublisher.redirect(exchange, "../here/" + LocalPublisher.fileName(exchange));
            } else {
                LocalPublisher.sendTinyFile(exchange);
            }
        };
        try (var publisher = new LocalPublisher(twice)) {
            PublishedImages.fetch(TinyPublication.at(publisher.address()), TinyPublication.source(cache));
            assertThat(publisher.asked()).hasSize(12);
        }
    }

    @Test
    void anInterruptEndsTheDownloadAndLeavesNothing() throws Exception {
        var halfway = new CountDownLatch(1);
        var enough = new CountDownLatch(1);
        HttpHandler slow = exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write(new byte[10]);
            exchange.getResponseBody().flush();
            halfway.countDown();
            LocalPublisher.await(enough);
        };
        var thrown = new AtomicReference<Throwable>();
        try (var publisher = new LocalPublisher(slow)) {
            var publication = TinyPublication.at(publisher.address(), publisher.address());
            var downloading = Thread.ofPlatform().start(() -> {
                try {
                    PublishedImages.fetch(publication, TinyPublication.source(cache));
                } catch (IOException e) {
                    thrown.set(e);
                }
            });
            halfway.await();
            downloading.interrupt();
            downloading.join();
            assertThat(publisher.asked()).hasSize(1); // the second address is not tried
        } finally {
            enough.countDown();
        }
        assertThat(thrown.get()).isInstanceOf(InterruptedIOException.class);
        assertThat(cached()).isEmpty();
    }

    @Test
    void severalThreadsFetchOnlyOnce() throws Exception {
        try (var publisher = LocalPublisher.ofTinyFiles();
                var threads = Executors.newFixedThreadPool(4)) {
            var publication = TinyPublication.at(publisher.address());
            var runs = new ArrayList<Future<Path>>();
            for (int i = 0; i < 4; i++) {
                runs.add(threads.submit(() -> PublishedImages.fetch(publication, TinyPublication.source(cache))));
            }
            for (var run : runs) {
                assertThat(run.get()).isEqualTo(folder());
            }
            assertThat(publisher.asked()).hasSize(4);
        }
    }
}
