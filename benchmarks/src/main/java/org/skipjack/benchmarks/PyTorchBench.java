package org.skipjack.benchmarks;

import java.util.List;

/** PyTorch, driven from Python in a process of its own, in a setting that LibTorch has as well. */
public record PyTorchBench(PyTorch pyTorch, LibTorchSetting setting) implements TrainingBench {

    /** A side for each of LibTorch's settings. */
    public static List<PyTorchBench> all(PyTorch pyTorch) {
        return LibTorchSetting.ALL.stream()
                .map(setting -> new PyTorchBench(pyTorch, setting))
                .toList();
    }

    @Override
    public String system() {
        return "pytorch";
    }

    @Override
    public String name() {
        return system() + " " + setting.description();
    }

    @Override
    public boolean asItComes() {
        return setting.asItComes();
    }

    @Override
    public PyTorchSession prepare(TrainingProblem problem, int threads) {
        return new PyTorchSession(this, problem, threads);
    }
}
