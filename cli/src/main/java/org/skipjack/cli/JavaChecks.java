package org.skipjack.cli;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.PlatformManagedObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.skipjack.kernels.PeakFlops;
import org.skipjack.kernels.Simd;

/** The doctor's look at the JVM: version, collector, SIMD, compiler, peak, heap. */
final class JavaChecks {

    private static final int BUILT_FOR = 25;

    /** The release that mended JDK-8377811, by which G1 could move pinned arrays. */
    private static final int MENDED_UPDATE = 3;

    private static final int C2 = 4;

    /** Two 128-bit multiply-adds in a cycle at 1 GHz give 16; boxed vectors give less than 0.1. */
    private static final double COMPILED_GFLOPS = 8;

    List<Finding> findings() {
        Finding compiler = compiler();
        var findings = new ArrayList<>(List.of(version(Runtime.version(), collector()), simd(), compiler));
        // Interpreted vector operations would take minutes to measure.
        if (compiler.advice() == null) {
            findings.add(peak(Runtime.getRuntime().availableProcessors()));
        }
        findings.add(heap());
        return findings;
    }

    static Finding version(Runtime.Version version, String collector) {
        String state = "JDK " + version + ", " + System.getProperty("java.vendor", "") + "; collector " + collector;
        boolean corrupts = version.feature() == BUILT_FOR
                && version.interim() == 0
                && version.update() < MENDED_UPDATE
                && collector.equals("G1");
        if (corrupts) {
            return Finding.better(
                    "java",
                    state,
                    "the G1 collector of JDK 25.0.0 to 25.0.2 can corrupt pinned arrays: get 25.0.3 or newer, or set "
                            + "SKIPJACK_JAVA_OPTS=-XX:+UseParallelGC");
        }
        return Finding.of(
                "java",
                state,
                version.feature() == BUILT_FOR,
                "Skipjack is built for and tested on JDK " + BUILT_FOR + "; name one in SKIPJACK_JAVA_HOME");
    }

    /** For example {@code G1}, the first word of {@code G1 Young Generation}. */
    private static String collector() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(GarbageCollectorMXBean::getName)
                .map(name -> name.contains(" ") ? name.substring(0, name.indexOf(' ')) : name)
                .findFirst()
                .orElse("unknown");
    }

    private static Finding simd() {
        return Simd.AVAILABLE
                ? Finding.of(
                        "simd",
                        Simd.BITS + " bits",
                        Simd.BITS >= 256,
                        "this processor, or -XX:MaxVectorSize, gives narrow vectors; 256 and 512 bits are much faster")
                : Finding.better("simd", "none, kernels are scalar and many times slower", Simd.REASON);
    }

    /** Without C2 each vector operation is an object, thousands of times slower than an instruction. */
    private static Finding compiler() {
        String topic = "compiler";
        String state = System.getProperty("java.vm.name", "") + ", " + System.getProperty("java.vm.info", "");
        boolean interpreted = System.getProperty("java.vm.info", "").contains("interpreted");
        if (interpreted || option("UseCompiler").filter("false"::equals).isPresent()) {
            return Finding.better(topic, state, "nothing is compiled: remove -Xint from the JVM's options");
        }
        if (option("UseJVMCICompiler").filter("true"::equals).isPresent()) {
            return Finding.better(
                    topic, state, "kernels are tuned for C2; a JDK without Graal as its compiler is safer");
        }
        Optional<String> level = option("TieredStopAtLevel");
        return Finding.of(
                topic,
                state + level.map(l -> ", up to level " + l).orElse(""),
                level.filter(l -> !l.equals(String.valueOf(C2))).isEmpty(),
                "C2 is switched off, vector operations stay objects: remove -XX:TieredStopAtLevel or -client");
    }

    /** Measures multiply-adds on registers: the proof that vector operations are compiled. */
    private static Finding peak(int threads) {
        double alone = PeakFlops.measure(1);
        double together = threads == 1 ? alone : PeakFlops.measure(threads);
        return Finding.of(
                "peak",
                format(ROOT, "%.0f GFLOP/s by one thread, %.0f by %d, measured", alone, together, threads),
                !Simd.AVAILABLE || alone >= COMPILED_GFLOPS,
                "vector operations are not compiled to instructions here: use a JDK with C2, or if other programs are "
                        + "computing, end them and look again");
    }

    private static Finding heap() {
        long max = Runtime.getRuntime().maxMemory();
        return Finding.of(
                "heap",
                "may grow to " + Sizes.bytes(max),
                max >= 1L << 30,
                "large nets need more: set SKIPJACK_JAVA_OPTS=-Xmx4g");
    }

    /** A flag of the HotSpot VM; empty if the VM has no such flag. */
    static Optional<String> option(String name) {
        PlatformManagedObject bean = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        if (!(bean instanceof HotSpotDiagnosticMXBean hotSpot)) {
            return Optional.empty();
        }
        try {
            return Optional.of(hotSpot.getVMOption(name).getValue());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
