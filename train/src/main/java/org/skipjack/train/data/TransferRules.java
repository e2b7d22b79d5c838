package org.skipjack.train.data;

import java.net.URI;
import java.time.Duration;
import java.util.Set;

/**
 * The rules for downloads.
 *
 * @param schemes the URI schemes allowed; a redirect must moreover keep the scheme
 * @param maxRedirects the most redirects followed
 * @param connect how long connecting may take
 * @param silence how long a server may send nothing
 */
record TransferRules(Set<String> schemes, int maxRedirects, Duration connect, Duration silence) {

    static final TransferRules STANDARD =
            new TransferRules(Set.of("https"), 3, Duration.ofSeconds(5), Duration.ofSeconds(20));

    boolean allows(URI address) {
        return address.getScheme() != null && schemes.contains(address.getScheme()) && address.getHost() != null;
    }
}
