package org.skipjack.benchmarks;

import java.util.List;

/** PyTorch, driven from Python in a process of its own, in a setting that LibTorch has as well. */
public record PyTorchBench(PyTorch pyTorch, LibTorchSetting setting, PyTorchMode mode) implements Bench {

    /** The sides worth a try at a problem. */
    public static List<PyTorchBench> all(PyTorch pyTorch, Problem problem) {
        var contiguous = new LibTorchSetting(false, true);
        var channelsLast = new LibTorchSetting(true, true);
        if (problem.task() == Task.INFERENCE) {
            return List.of(
                    new PyTorchBench(pyTorch, contiguous, PyTorchMode.EAGER),
                    new PyTorchBench(pyTorch, channelsLast, PyTorchMode.EAGER),
                    new PyTorchBench(pyTorch, contiguous, PyTorchMode.FROZEN),
                    new PyTorchBench(pyTorch, channelsLast, PyTorchMode.BFLOAT16));
        }
        return switch (problem.net()) {
            // The BLAS computes much of LeNet, and one linear layer of ResNet.
            case LENET_BN ->
                List.of(
                        new PyTorchBench(pyTorch, contiguous, PyTorchMode.EAGER),
                        new PyTorchBench(pyTorch, new LibTorchSetting(false, false), PyTorchMode.EAGER),
                        new PyTorchBench(pyTorch, new LibTorchSetting(true, false), PyTorchMode.EAGER));
            case RESNET18 ->
                List.of(
                        new PyTorchBench(pyTorch, contiguous, PyTorchMode.EAGER),
                        new PyTorchBench(pyTorch, channelsLast, PyTorchMode.EAGER),
                        new PyTorchBench(pyTorch, channelsLast, PyTorchMode.BFLOAT16));
        };
    }

    @Override
    public String system() {
        return "pytorch";
    }

    @Override
    public String name() {
        return system() + " " + setting.description() + mode.suffix();
    }

    @Override
    public boolean asItComes() {
        return setting.asItComes() && mode == PyTorchMode.EAGER;
    }

    @Override
    public boolean bfloat16() {
        return mode == PyTorchMode.BFLOAT16;
    }

    @Override
    public PyTorchSession prepare(Problem problem, int threads) {
        return new PyTorchSession(this, problem, threads);
    }
}
