package org.skipjack.train.data;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Writes the body of an answer to a file, up to a cap, and tells how far it is. Bodies of anything but status 200 are
 * not read at all.
 */
final class FileBody implements AutoCloseable {

    private final FileChannel channel;
    private final long maxBytes;
    private volatile long received;
    private volatile long total = -1;
    private volatile long lastSign = System.nanoTime();
    private boolean closed;

    FileBody(FileChannel channel, long maxBytes) {
        this.channel = channel;
        this.maxBytes = maxBytes;
    }

    /** Bytes written so far. */
    long received() {
        return received;
    }

    /** Bytes to come in all, or -1 if unknown. */
    long total() {
        return total;
    }

    /** How long nothing has come. */
    Duration silence() {
        return Duration.ofNanos(System.nanoTime() - lastSign);
    }

    BodySubscriber<Long> subscriber(ResponseInfo info) {
        lastSign = System.nanoTime();
        if (info.statusCode() == 200) {
            total = info.headers().firstValueAsLong("Content-Length").orElse(-1);
        }
        return new Subscriber(info.statusCode() == 200);
    }

    /** No byte is written after this: the client's threads may still be delivering some. */
    @Override
    public synchronized void close() {
        closed = true;
    }

    private synchronized void write(List<ByteBuffer> buffers) throws IOException {
        for (var buffer : buffers) {
            if (received + buffer.remaining() > maxBytes) {
                throw tooLong();
            }
            while (!closed && buffer.hasRemaining()) {
                int count = channel.write(buffer);
                received += count;
            }
        }
        lastSign = System.nanoTime();
    }

    private IOException tooLong() {
        return new IOException("the answer is longer than the " + maxBytes + " bytes allowed");
    }

    private final class Subscriber implements BodySubscriber<Long> {
        private final CompletableFuture<Long> body = new CompletableFuture<>();
        private final boolean wanted;
        private @Nullable Subscription subscription;

        Subscriber(boolean wanted) {
            this.wanted = wanted;
        }

        @Override
        public CompletionStage<Long> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Subscription newSubscription) {
            subscription = newSubscription;
            if (!wanted) {
                newSubscription.cancel();
                body.complete(0L);
            } else if (total > maxBytes) {
                newSubscription.cancel();
                body.completeExceptionally(tooLong());
            } else {
                newSubscription.request(Long.MAX_VALUE);
            }
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            try {
                write(buffers);
            } catch (IOException e) {
                if (subscription != null) {
                    subscription.cancel();
                }
                body.completeExceptionally(e);
            }
        }

        @Override
        public void onError(Throwable cause) {
            body.completeExceptionally(cause);
        }

        @Override
        public void onComplete() {
            body.complete(received);
        }
    }
}
