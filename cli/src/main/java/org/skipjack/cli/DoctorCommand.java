package org.skipjack.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.skipjack.core.Device;
import org.skipjack.train.data.DataSourceReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code skipjack doctor}: what this machine offers, and what to do where it could be better. */
@Command(
        name = "doctor",
        description = "Look at JDK, SIMD, threads, memory, disk, temperature and data sets, and say what to do.")
final class DoctorCommand implements Callable<Integer> {

    private final Console console;

    @Mixin
    private DataOptions data = new DataOptions();

    DoctorCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        var linux = new LinuxFacts(Path.of("/"));
        var findings = new ArrayList<Finding>();
        findings.add(Finding.well("skipjack", Version.number()));
        findings.addAll(new JavaChecks().findings());
        findings.addAll(new MachineChecks(linux).findings());
        findings.add(gpu());
        findings.addAll(dataset());
        print(findings);
        return ExitCode.DONE;
    }

    private void print(List<Finding> findings) {
        int width = findings.stream().mapToInt(f -> f.topic().length()).max().orElse(0);
        long advised = 0;
        for (Finding finding : findings) {
            String topic = finding.topic() + " ".repeat(width - finding.topic().length());
            console.out().println((finding.advice() == null ? "  " : "! ") + topic + "  " + finding.state());
            if (finding.advice() != null) {
                advised++;
                console.out().println("  " + " ".repeat(width) + "    -> " + finding.advice());
            }
        }
        console.out().println(advised == 0 ? "all is well" : advised + " of " + findings.size() + " could be better");
    }

    private static Finding gpu() {
        String reason = Device.whyNoGpu();
        return Finding.well("gpu", reason.isEmpty() ? Device.tryGpu().describe() : "none, the CPU computes: " + reason);
    }

    private List<Finding> dataset() {
        DataSourceReport report = data.dataset().inspect(data.source(console));
        var findings = new ArrayList<Finding>();
        report.places().stream()
                .filter(place -> place.state() == DataSourceReport.State.DAMAGED)
                .map(place -> Finding.better(
                        report.title(),
                        place.name() + ": " + place.detail(),
                        "remove these files and fetch them again"))
                .forEach(findings::add);
        findings.add(report.usable()
                .map(place -> Finding.well(report.title(), place.name() + ": " + place.detail()))
                .orElseGet(() -> Finding.better(
                        report.title(),
                        "not on this machine",
                        "skipjack data fetch --dataset " + data.dataset() + ", or the first training, gets it")));
        return findings;
    }
}
