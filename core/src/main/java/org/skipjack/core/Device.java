package org.skipjack.core;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.skipjack.core.backend.Backend;
import org.skipjack.core.backend.BackendProvider;
import org.skipjack.core.backend.ReferenceBackend;
import org.skipjack.core.cpu.CpuBackend;

/**
 * Where expressions are computed: the CPU, a GPU if a backend for it is present, or the double-precision reference.
 *
 * <p>An expression runs on the device of its variables; {@code module.to(device)} moves them.
 */
public final class Device {
    private static final Device CPU = new Device("cpu", CpuBackend.withDefaultThreads());

    private final String name;
    private final Backend backend;
    private final Plans plans = new Plans();

    private Device(String name, Backend backend) {
        this.name = name;
        this.backend = backend;
    }

    /** The CPU with as many threads as there are processors. */
    public static Device cpu() {
        return CPU;
    }

    /**
     * The CPU with a number of threads of its own. The results do not depend on the number, bit for bit.
     *
     * @throws IllegalArgumentException if {@code threads < 1}
     */
    public static Device cpu(int threads) {
        return new Device("cpu", new CpuBackend(threads));
    }

    /** Names of the rules by which the CPU's planner replaces ops; the property {@code skipjack.without} switches them off. */
    public static List<String> cpuRules() {
        return CpuBackend.rules();
    }

    /** The oracle: double precision, plain loops, slow. */
    public static Device reference() {
        return new Device("reference", new ReferenceBackend());
    }

    /** GPU number {@code index} if there is one, else the CPU; {@link #whyNoGpu} tells the reason. */
    public static Device gpu(int index) {
        for (BackendProvider provider : gpuProviders()) {
            if (index >= 0 && index < provider.deviceCount()) {
                return new Device("gpu(" + index + ")", provider.open(index));
            }
        }
        return CPU;
    }

    /** The tutorial's {@code try_gpu(i)}: that GPU if it exists, else the CPU. */
    public static Device tryGpu(int index) {
        return gpu(index);
    }

    /** The tutorial's {@code try_gpu()}: the first GPU, else the CPU. */
    public static Device tryGpu() {
        return gpu(0);
    }

    /** The tutorial's {@code try_all_gpus()}: all GPUs, or the CPU alone if there is none. */
    public static List<Device> tryAllGpus() {
        var devices = new ArrayList<Device>();
        for (BackendProvider provider : gpuProviders()) {
            for (int i = 0; i < provider.deviceCount(); i++) {
                devices.add(new Device("gpu(" + i + ")", provider.open(i)));
            }
        }
        return devices.isEmpty() ? List.of(CPU) : devices;
    }

    /** One line on why {@link #tryGpu()} gives the CPU; empty if it gives a GPU. */
    public static String whyNoGpu() {
        var reasons = new ArrayList<String>();
        for (BackendProvider provider : gpuProviders()) {
            if (provider.deviceCount() > 0) {
                return "";
            }
            reasons.add(provider.reason());
        }
        return reasons.isEmpty() ? "no GPU backend is on the class path" : String.join("; ", reasons);
    }

    /** Name, facts and width: {@code cpu, 2 threads, 512-bit SIMD}. */
    public String describe() {
        return backend.describe();
    }

    /** What computes on this device. */
    public Backend backend() {
        return backend;
    }

    /** As in the tutorial's last line: {@code cpu}. */
    @Override
    public String toString() {
        return name;
    }

    Plans plans() {
        return plans;
    }

    /** The device that a graph's variables live on. */
    static Device of(Graph graph) {
        Device found = null;
        for (Tensor node : graph.nodes()) {
            if (node instanceof Variable variable) {
                if (found != null && found != variable.device()) {
                    throw new IllegalArgumentException("variables of one expression are on two devices: " + found
                            + " and " + variable.device() + " (" + variable.name() + "); move the module to one");
                }
                found = variable.device();
            }
        }
        return found == null ? CPU : found;
    }

    private static List<BackendProvider> gpuProviders() {
        return ServiceLoader.load(BackendProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(p -> p.kind().equals("gpu"))
                .toList();
    }
}
