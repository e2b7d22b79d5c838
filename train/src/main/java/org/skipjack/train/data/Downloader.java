package org.skipjack.train.data;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.FileChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** Downloads files under {@link TransferRules}: no other scheme, few redirects, a size cap, no endless silence. */
final class Downloader implements AutoCloseable {

    private static final int OK = 200;
    private static final long PATIENCE_MILLIS = 100;

    private final TransferRules rules;
    private final ProgressListener progress;
    private final HttpClient client;

    Downloader(TransferRules rules, ProgressListener progress) {
        this.rules = rules;
        this.progress = progress;
        // Redirects are followed here, where the rules are.
        client = HttpClient.newBuilder()
                .connectTimeout(rules.connect())
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /**
     * Writes what is at {@code address} to the file {@code target}.
     *
     * @param maxBytes a longer answer is refused
     * @throws IOException if anything goes wrong, with a message for people; {@code target} may then hold a part
     */
    void download(URI address, Path target, long maxBytes) throws IOException {
        URI current = address;
        for (int redirects = 0; ; redirects++) {
            if (!rules.allows(current)) {
                throw new IOException("address %s is not allowed, only %s is".formatted(current, rules.schemes()));
            }
            var response = fetch(current, target, maxBytes);
            if (response.statusCode() == OK) {
                return;
            }
            if (response.statusCode() < 300 || response.statusCode() >= 400) {
                throw new IOException("status %d for %s".formatted(response.statusCode(), current));
            }
            if (redirects == rules.maxRedirects()) {
                throw new IOException("more than %d redirects from %s".formatted(redirects, address));
            }
            current = redirected(current, response);
        }
    }

    private static URI redirected(URI from, HttpResponse<Long> response) throws IOException {
        String location = response.headers()
                .firstValue("Location")
                .orElseThrow(() ->
                        new IOException("status %d without a location for %s".formatted(response.statusCode(), from)));
        URI to;
        try {
            to = from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new IOException("redirect from %s to a broken address".formatted(from), e);
        }
        if (!from.getScheme().equals(to.getScheme())) {
            throw new IOException("redirect from %s to another scheme, %s".formatted(from, to));
        }
        return to;
    }

    private HttpResponse<Long> fetch(URI address, Path target, long maxBytes) throws IOException {
        var request = HttpRequest.newBuilder(address)
                .timeout(rules.silence())
                .header("User-Agent", "skipjack")
                .build();
        String name = String.valueOf(Path.of(address.getPath()).getFileName());
        try (var channel = FileChannel.open(target, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
                var body = new FileBody(channel, maxBytes)) {
            var pending = client.sendAsync(request, body::subscriber);
            try {
                while (true) {
                    try {
                        var response = pending.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
                        if (response.statusCode() == OK) {
                            progress.received(name, body.received(), body.received());
                        }
                        return response;
                    } catch (TimeoutException stillRunning) {
                        report(name, address, body);
                    }
                }
            } finally {
                pending.cancel(true);
            }
        } catch (ExecutionException e) {
            throw explained(address, Objects.requireNonNullElse(e.getCause(), e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while downloading " + address);
        }
    }

    private void report(String name, URI address, FileBody body) throws HttpTimeoutException {
        if (body.silence().compareTo(rules.silence().plus(rules.connect())) > 0) {
            throw new HttpTimeoutException("%s sent nothing for %d s"
                    .formatted(address.getHost(), rules.silence().toSeconds()));
        }
        if (body.received() > 0) {
            progress.received(name, body.received(), body.total());
        }
    }

    /** The client's own messages may be missing, or speak of channels; what matters is who could not be reached. */
    private static IOException explained(URI address, Throwable cause) {
        return new IOException(explanation(address.getHost(), cause), cause);
    }

    private static String explanation(String host, Throwable cause) {
        if (cause instanceof ConnectException) {
            return (hasUnresolvedCause(cause) ? "cannot find the host " : "cannot connect to ") + host;
        }
        if (cause instanceof HttpConnectTimeoutException) {
            return "no connection to " + host + " in time";
        }
        if (cause instanceof HttpTimeoutException) {
            return host + " did not answer in time";
        }
        if (cause instanceof SSLException) {
            return "no secure connection to " + host + " (" + cause.getMessage() + ")";
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    private static boolean hasUnresolvedCause(Throwable e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
