package org.skipjack.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What Linux tells about this process's memory. */
final class ProcessMemory {
    private static final Pattern PEAK = Pattern.compile("VmHWM:\\s*(\\d+) kB");
    private static final long KIB = 1024;

    private ProcessMemory() {}

    /** The most bytes that have been resident; empty on other systems. */
    static OptionalLong peakResidentBytes() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.map(PEAK::matcher)
                    .filter(line -> line.matches())
                    .mapToLong(line -> KIB * Long.parseLong(line.group(1)))
                    .findFirst();
        } catch (IOException noProcFileSystem) {
            return OptionalLong.empty();
        }
    }
}
