package org.skipjack.train.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link DataSource} meets on the machine; tests bring their own.
 *
 * @param cache this program's cache folder, or null where the user has none
 * @param shareFolders where the system keeps packages' data
 * @param transfer the rules for downloads
 * @param commands the programs of the system
 */
record Surroundings(@Nullable Path cache, List<Path> shareFolders, TransferRules transfer, Commands commands) {

    static Surroundings ofThisMachine() {
        return new Surroundings(
                cacheFolder(System.getProperty("os.name", ""), System.getenv(), System.getProperty("user.home", "")),
                List.of(Path.of("/usr/local/share"), Path.of("/usr/share")),
                TransferRules.STANDARD,
                new Commands(System.getenv().getOrDefault("PATH", "")));
    }

    Surroundings withCache(Path newCache) {
        return new Surroundings(newCache, shareFolders, transfer, commands);
    }

    /**
     * The platform's folder for caches, with one for this program in it. On Unix the XDG base directory specification:
     * a relative XDG_CACHE_HOME is ignored.
     */
    static @Nullable Path cacheFolder(String osName, Map<String, String> environment, String home) {
        boolean homeless = home.isEmpty() || home.equals("?");
        String os = osName.toLowerCase(Locale.ROOT);
        if (os.startsWith("windows")) {
            String local = environment.getOrDefault("LOCALAPPDATA", "");
            if (!local.isEmpty()) {
                return Path.of(local, "skipjack");
            }
            return homeless ? null : Path.of(home, "AppData", "Local", "skipjack");
        }
        String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
        if (!xdg.isEmpty() && Path.of(xdg).isAbsolute()) {
            return Path.of(xdg, "skipjack");
        }
        if (homeless) {
            return null;
        }
        return os.startsWith("mac")
                ? Path.of(home, "Library", "Caches", "skipjack")
                : Path.of(home, ".cache", "skipjack");
    }
}
