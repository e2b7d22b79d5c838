package org.skipjack.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** What Linux tells about the machine in {@code /proc} and {@code /sys}; elsewhere everything is empty. */
final class LinuxFacts {

    private static final Pattern NUMBER = Pattern.compile("-?\\d+(?:\\.\\d+)?");
    private static final Pattern CHOSEN = Pattern.compile("\\[(\\w+)]");
    private static final long KIB = 1024;

    private final Path root;

    /** Facts below that folder, which is {@code /} but for tests. */
    LinuxFacts(Path root) {
        this.root = root;
    }

    /** The most memory that this process has had resident. */
    OptionalLong peakResidentBytes() {
        return kibibytes("proc/self/status", "VmHWM:");
    }

    /** Memory that can be had without swapping. */
    OptionalLong availableMemory() {
        return kibibytes("proc/meminfo", "MemAvailable:");
    }

    /** The processor's name. */
    Optional<String> processor() {
        return lines("proc/cpuinfo").stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst();
    }

    /** Runnable processes, averaged over the last minute. */
    OptionalDouble load() {
        return lines("proc/loadavg").stream()
                .mapToDouble(line -> firstNumber(line))
                .filter(Double::isFinite)
                .findFirst();
    }

    /** How transparent huge pages are given: {@code always}, {@code madvise} or {@code never}. */
    Optional<String> hugePages() {
        return lines("sys/kernel/mm/transparent_hugepage/enabled").stream()
                .flatMap(line -> CHOSEN.matcher(line).results())
                .map(found -> found.group(1))
                .findFirst();
    }

    /** The first processor's frequency driver and governor, for example {@code intel_pstate, powersave}. */
    Optional<String> governor() {
        String folder = "sys/devices/system/cpu/cpu0/cpufreq/";
        String driver = lines(folder + "scaling_driver").stream().findFirst().orElse("unknown driver");
        return lines(folder + "scaling_governor").stream()
                .map(governor -> driver + ", " + governor)
                .findFirst();
    }

    /** The highest temperature that any sensor shows, in degrees Celsius. */
    OptionalDouble hottest() {
        var sensors = new ArrayList<Path>();
        sensors.addAll(entries("sys/class/thermal", "thermal_zone*", "temp"));
        for (Path device : entries("sys/class/hwmon", "hwmon*", "")) {
            sensors.addAll(matching(device, "temp*_input"));
        }
        return sensors.stream()
                .flatMap(sensor -> lines(sensor).stream())
                .mapToDouble(LinuxFacts::firstNumber)
                .map(thousandths -> thousandths / 1000)
                // Sensors that are not connected show absolute nonsense.
                .filter(celsius -> celsius > 0 && celsius < 150)
                .max();
    }

    /** How often the processors have slowed down because of heat since the machine started. */
    OptionalLong throttled() {
        List<Path> counters = entries("sys/devices/system/cpu", "cpu[0-9]*", "thermal_throttle/core_throttle_count");
        return counters.stream()
                .flatMap(counter -> lines(counter).stream())
                .mapToDouble(LinuxFacts::firstNumber)
                .filter(Double::isFinite)
                .mapToLong(count -> (long) count)
                .max();
    }

    private OptionalLong kibibytes(String file, String key) {
        return lines(file).stream()
                .filter(line -> line.startsWith(key))
                .mapToDouble(line -> firstNumber(line))
                .filter(Double::isFinite)
                .mapToLong(kib -> KIB * (long) kib)
                .findFirst();
    }

    private static double firstNumber(String text) {
        return NUMBER.matcher(text)
                .results()
                .mapToDouble(number -> Double.parseDouble(number.group()))
                .findFirst()
                .orElse(Double.NaN);
    }

    /** The files {@code folder/pattern/inner} that exist. */
    private List<Path> entries(String folder, String pattern, String inner) {
        return matching(root.resolve(folder), pattern).stream()
                .map(entry -> inner.isEmpty() ? entry : entry.resolve(inner))
                .filter(Files::exists)
                .toList();
    }

    private static List<Path> matching(Path folder, String pattern) {
        var found = new ArrayList<Path>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, pattern)) {
            entries.forEach(found::add);
        } catch (IOException e) {
            return List.of();
        }
        found.sort(Comparator.naturalOrder());
        return found;
    }

    private List<String> lines(String file) {
        return lines(root.resolve(file));
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }
}
