package org.skipjack.cli;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

/** Numbers of bytes and times as people read them. */
final class Sizes {

    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    private Sizes() {}

    /** For example {@code 29.5 MiB}. */
    static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + " B" : format(ROOT, "%.1f %s", value, UNITS[unit]);
    }

    /** For example {@code 1:02:03} or {@code 0:05}. */
    static String duration(double seconds) {
        long whole = Math.round(seconds);
        return whole >= 3600
                ? format(ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
                : format(ROOT, "%d:%02d", whole / 60, whole % 60);
    }
}
