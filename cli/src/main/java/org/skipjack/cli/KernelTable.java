package org.skipjack.cli;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import java.io.PrintStream;
import java.util.Comparator;
import java.util.List;
import org.skipjack.core.backend.KernelTime;

/** The kernels of a step, the slowest first, with their share of its time and of the machine's peak. */
final class KernelTable {

    private static final double GIGA = 1e9;
    private static final double MILLIS = 1e3;
    private static final int LONGEST = 100;

    private KernelTable() {}

    /**
     * Prints it.
     *
     * @param kernels with the time of all threads together
     * @param threads their number
     * @param peak GFLOP/s of all threads
     */
    static void print(PrintStream out, List<KernelTime> kernels, int threads, double peak) {
        double all = kernels.stream().mapToDouble(KernelTime::seconds).sum();
        var table = new TextTable("kernel", "phase", "tasks", "ms", "least ms", "% of step", "GFLOP/s", "% of peak");
        kernels.stream()
                .sorted(Comparator.comparingDouble(KernelTime::seconds).reversed())
                .forEach(k -> row(table, k, all, peak / threads));
        table.print(out);
        out.println(format(
                ROOT,
                "%.3f ms in kernels, summed over %d threads, %.3f of each task's shortest run; GFLOP/s of one thread, as "
                        + "the algorithm computes (fewer operations for a Winograd convolution than for a direct one)",
                MILLIS * all,
                threads,
                MILLIS * kernels.stream().mapToDouble(KernelTime::least).sum()));
    }

    private static void row(TextTable table, KernelTime k, double all, double peak) {
        double rate = k.seconds() == 0 ? 0 : k.flops() / k.seconds() / GIGA;
        String name = k.kernel().length() > LONGEST ? k.kernel().substring(0, LONGEST - 3) + "..." : k.kernel();
        table.row(
                name,
                k.phase(),
                Integer.toString(k.tasks()),
                format(ROOT, "%.3f", MILLIS * k.seconds()),
                format(ROOT, "%.3f", MILLIS * k.least()),
                format(ROOT, "%.1f", 100 * k.seconds() / all),
                rate < 0.05 ? "" : format(ROOT, "%.1f", rate),
                rate < 0.05 ? "" : format(ROOT, "%.0f", 100 * rate / peak));
    }
}
