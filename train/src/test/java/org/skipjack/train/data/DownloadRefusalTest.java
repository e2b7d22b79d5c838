package org.skipjack.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a download is refused for; each time nothing is left in the cache. */
@Timeout(60)
class DownloadRefusalTest {

    @TempDir
    private Path cache;

    /** Fetching from this server fails for this reason and leaves nothing in the cache. */
    private void assertFails(HttpHandler handler, String reason) throws IOException {
        try (var publisher = new LocalPublisher(handler)) {
            var publication = TinyPublication.at(publisher.address());
            assertThatThrownBy(() -> PublishedImages.fetch(publication, TinyPublication.source(cache)))
                    .isInstanceOf(DataUnavailableException.class)
                    .hasMessageContaining("  " + publisher.address() + ": ")
                    .hasMessageContaining(reason);
        }
        Path folder = cache.resolve("datasets/tiny");
        if (Files.exists(folder)) {
            assertThat(folder).isDirectoryNotContaining(file -> !file.endsWith(".lock"));
        }
    }

    @Test
    void refusesContentsWithAnotherDigest() throws IOException {
        byte[] other = IdxBytes.gzip(IdxBytes.images(3, 4, 4, 2));
        assertFails(
                exchange -> LocalPublisher.send(exchange, other),
                "what it sent as train-images.gz is not the published file");
    }

    @Test
    void refusesAnErrorPageSentAsAFile() throws IOException {
        assertFails(
                exchange -> LocalPublisher.send(exchange, "<html>".getBytes(StandardCharsets.US_ASCII)),
                "magic 0x3c68746d");
    }

    @Test
    void refusesAnAnswerThatAnnouncesTooMuch() throws IOException {
        var enough = new CountDownLatch(1);
        try {
            assertFails(
                    exchange -> {
                        exchange.sendResponseHeaders(200, 1L << 40);
                        exchange.getResponseBody().flush();
                        LocalPublisher.await(enough);
                    },
                    "the answer is longer than the 65584 bytes allowed");
        } finally {
            enough.countDown();
        }
    }

    @Test
    void refusesAnAnswerThatSendsTooMuchWithoutSaying() throws IOException {
        assertFails(
                exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    for (int i = 0; i < 1000; i++) {
                        exchange.getResponseBody().write(new byte[1 << 16]);
                    }
                },
                "the answer is longer than the 65584 bytes allowed");
    }

    @Test
    void leavesNothingOfAnAnswerThatBreaksOff() throws IOException {
        byte[] file = TinyPublication.FILES.get("train-images.gz");
        assertFails(
                exchange -> {
                    exchange.sendResponseHeaders(200, file.length);
                    exchange.getResponseBody().write(file, 0, file.length / 2);
                    exchange.getResponseBody().flush();
                    throw new IOException("breaks off");
                },
                "http://127.0.0.1");
    }

    @Test
    void givesUpOnAServerThatFallsSilentInTheBody() throws IOException {
        var enough = new CountDownLatch(1);
        try {
            assertFails(
                    exchange -> {
                        exchange.sendResponseHeaders(200, 100);
                        exchange.getResponseBody().write(new byte[10]);
                        exchange.getResponseBody().flush();
                        LocalPublisher.await(enough);
                    },
                    "sent nothing for 1 s");
        } finally {
            enough.countDown();
        }
    }

    @Test
    void givesUpOnAServerThatNeverAnswers() throws IOException {
        var enough = new CountDownLatch(1);
        try {
            assertFails(exchange -> LocalPublisher.await(enough), "127.0.0.1 did not answer in time");
        } finally {
            enough.countDown();
        }
    }

    @Test
    void saysThatNobodyListensOrThatTheHostIsUnknown() {
        // Port 1 of the loopback interface is nobody's; .invalid is reserved for names that never resolve.
        var publication = TinyPublication.at(URI.create("http://127.0.0.1:1/"), URI.create("http://skipjack.invalid/"));
        assertThatThrownBy(() -> PublishedImages.fetch(publication, TinyPublication.source(cache)))
                .hasMessageContaining("http://127.0.0.1:1/: cannot connect to 127.0.0.1\n")
                .hasMessageContaining("http://skipjack.invalid/: cannot find the host skipjack.invalid\n");
    }

    @Test
    void doesNotFollowRedirectsInACircle() throws IOException {
        assertFails(
                exchange -> LocalPublisher.redirect(
                        exchange, exchange.getRequestURI().getPath()),
                "more than 3 redirects");
    }

    @Test
    void doesNotFollowRedirectsToAnotherScheme() throws IOException {
        for (var elsewhere : List.of("ftp://127.0.0.1/x", "https://127.0.0.1/x", "file:///etc/passwd")) {
            assertFails(exchange -> LocalPublisher.redirect(exchange, elsewhere), "to another scheme, " + elsewhere);
        }
        assertFails(exchange -> LocalPublisher.redirect(exchange, "http://["), "to a broken address");
        assertFails(exchange -> exchange.sendResponseHeaders(302, -1), "without a location");
    }

    @Test
    void standardRulesAllowHttpsOnly() throws IOException {
        try (var publisher = LocalPublisher.ofTinyFiles()) {
            var source = DataSource.in(new Surroundings(cache, List.of(), TransferRules.STANDARD, new Commands("")));
            assertThatThrownBy(() -> PublishedImages.fetch(TinyPublication.at(publisher.address()), source))
                    .hasMessageContaining("is not allowed, only [https] is");
            assertThat(publisher.asked()).isEmpty();
        }
        for (var publication : List.of(FashionMnist.PUBLICATION, Mnist.PUBLICATION)) {
            assertThat(publication.addresses()).allMatch(TransferRules.STANDARD::allows);
        }
    }
}
