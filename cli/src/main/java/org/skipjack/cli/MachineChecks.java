package org.skipjack.cli;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The doctor's look at the machine: processor, load, huge pages, memory, disk, temperature. */
final class MachineChecks {

    private static final long GIB = 1L << 30;
    private static final double HOT_CELSIUS = 85;
    private static final double IDLE_SHARE = 0.25;

    private final LinuxFacts linux;

    MachineChecks(LinuxFacts linux) {
        this.linux = linux;
    }

    List<Finding> findings() {
        var findings = new ArrayList<Finding>();
        findings.add(threads(Runtime.getRuntime().availableProcessors()));
        linux.hugePages().ifPresent(pages -> findings.add(hugePages(pages)));
        linux.availableMemory().ifPresent(bytes -> findings.add(memory(bytes)));
        findings.add(disk(Path.of("").toAbsolutePath()));
        findings.addAll(heat());
        return findings;
    }

    private Finding threads(int processors) {
        double load = linux.load().orElse(0);
        String state = processors
                + linux.processor().map(name -> " on " + name).orElse("")
                + format(ROOT, ", load %.2f", load);
        return Finding.of(
                "threads",
                state,
                load <= IDLE_SHARE * processors,
                "other programs are computing: timings will be too slow, and training shares the processors with them");
    }

    private static Finding hugePages(String pages) {
        boolean asked = JavaChecks.option("UseTransparentHugePages")
                .filter("true"::equals)
                .isPresent();
        String state = "transparent huge pages: " + pages + (asked ? ", asked for" : ", not asked for");
        String advice = pages.equals("never")
                ? "large arrays then live in 4 KiB pages; as root: echo madvise > "
                        + "/sys/kernel/mm/transparent_hugepage/enabled"
                : "start by the skipjack script, or with -XX:+UseTransparentHugePages";
        return Finding.of("pages", state, pages.equals("always") || (pages.equals("madvise") && asked), advice);
    }

    private static Finding memory(long available) {
        return Finding.of(
                "memory",
                Sizes.bytes(available) + " available",
                available >= GIB,
                "close other programs: a training of a small net takes about 1 GiB, of a large one several");
    }

    private static Finding disk(Path folder) {
        try {
            long free = Files.getFileStore(folder).getUsableSpace();
            boolean writable = Files.isWritable(folder);
            return Finding.of(
                    "disk",
                    Sizes.bytes(free) + " free in " + folder + (writable ? "" : ", which is not writable"),
                    free >= GIB && writable,
                    "runs go to this folder unless --out names another: choose one with room that you may write to");
        } catch (IOException e) {
            return Finding.better("disk", folder + " cannot be examined: " + e, "start in another folder");
        }
    }

    private List<Finding> heat() {
        var findings = new ArrayList<Finding>();
        linux.hottest()
                .ifPresent(celsius -> findings.add(Finding.of(
                        "temperature",
                        format(ROOT, "%.0f degrees Celsius at the hottest sensor", celsius),
                        celsius < HOT_CELSIUS,
                        "the processor is about to slow down: give it air, or train with fewer --threads")));
        linux.throttled()
                .ifPresent(times -> findings.add(Finding.of(
                        "throttling",
                        times == 0
                                ? "never slowed down by heat"
                                : "slowed down by heat " + times + " times since start",
                        times == 0,
                        "timings vary on this machine: look at its cooling, and run bench more than once")));
        linux.governor()
                .ifPresent(governor -> findings.add(Finding.of(
                        "frequency",
                        "driver and governor " + governor,
                        // The pstate drivers also reach full speed under the governor that they call powersave.
                        governor.contains("pstate") || !governor.endsWith("powersave"),
                        "the system saves power: choose the performance profile while training")));
        if (findings.isEmpty()) {
            findings.add(Finding.well("temperature", "this system does not tell"));
        }
        return findings;
    }
}
