package org.skipjack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxFactsTest {

    @TempDir
    Path root;

    @Test
    void readsWhatLinuxTells() throws Exception {
        file("proc/self/status", "Name:\tjava\nVmHWM:\t  123456 kB\nVmRSS:\t  1 kB\n");
        file("proc/meminfo", "MemTotal:       16000000 kB\nMemAvailable:    8000000 kB\n");
        file("proc/cpuinfo", "processor\t: 0\nmodel name\t: Fast Processor 9000\n");
        file("proc/loadavg", "1.25 0.50 0.25 2/100 4242\n");
        file("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
        file("sys/devices/system/cpu/cpu0/cpufreq/scaling_driver", "intel_pstate\n");
        file("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n");
        file("sys/class/thermal/thermal_zone0/temp", "45000\n");
        file("sys/class/thermal/thermal_zone1/temp", "-274000\n");
        file("sys/class/hwmon/hwmon3/temp1_input", "71500\n");
        file("sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count", "0\n");
        file("sys/devices/system/cpu/cpu1/thermal_throttle/core_throttle_count", "12\n");

        var linux = new LinuxFacts(root);

        assertThat(linux.peakResidentBytes()).hasValue(123456L * 1024);
        assertThat(linux.availableMemory()).hasValue(8000000L * 1024);
        assertThat(linux.processor()).contains("Fast Processor 9000");
        assertThat(linux.load()).hasValue(1.25);
        assertThat(linux.hugePages()).contains("madvise");
        assertThat(linux.governor()).contains("intel_pstate, powersave");
        assertThat(linux.hottest()).hasValue(71.5);
        assertThat(linux.throttled()).hasValue(12);
    }

    @Test
    void isEmptyWhereNothingIsTold() {
        var nothing = new LinuxFacts(root);

        assertThat(nothing.peakResidentBytes()).isEmpty();
        assertThat(nothing.processor()).isEmpty();
        assertThat(nothing.hottest()).isEmpty();
        assertThat(nothing.throttled()).isEmpty();
        assertThat(nothing.governor()).isEmpty();
        assertThat(new MachineChecks(nothing).findings())
                .extracting(Finding::topic)
                .containsExactly("threads", "disk", "temperature");
    }

    @Test
    void nonsenseIsNotAFact() throws Exception {
        file("proc/loadavg", "\n");
        file("proc/self/status", "VmHWM: unknown\n");
        file("sys/kernel/mm/transparent_hugepage/enabled", "");

        var linux = new LinuxFacts(root);

        assertThat(linux.load()).isEmpty();
        assertThat(linux.peakResidentBytes()).isEmpty();
        assertThat(linux.hugePages()).isEmpty();
    }

    @Test
    void heatAndThrottlingComeWithAdvice() throws Exception {
        file("sys/class/thermal/thermal_zone0/temp", "91000\n");
        file("sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count", "3\n");
        file("sys/devices/system/cpu/cpu0/cpufreq/scaling_driver", "acpi-cpufreq\n");
        file("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n");

        assertThat(new MachineChecks(new LinuxFacts(root)).findings())
                .filteredOn(finding -> finding.advice() != null)
                .extracting(Finding::topic)
                .contains("temperature", "throttling", "frequency");
    }

    private void file(String name, String contents) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, contents);
    }
}
