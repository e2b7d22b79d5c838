package org.skipjack.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.skipjack.core.Variable;
import org.skipjack.interop.onnx.OnnxExport;

/** ONNX Runtime on the CPU, with all of its optimisations as it comes; it only infers. */
public record OnnxRuntimeBench() implements Bench {

    /** Of the native library. */
    static String version() {
        return OrtEnvironment.getEnvironment().getVersion();
    }

    @Override
    public String system() {
        return "onnxruntime";
    }

    @Override
    public String name() {
        return system();
    }

    @Override
    public boolean asItComes() {
        return true;
    }

    @Override
    public Session prepare(Problem problem, int threads) {
        if (problem.task() != Task.INFERENCE) {
            throw new IllegalArgumentException("ONNX Runtime does not train here");
        }
        try {
            return new Inference(problem, threads);
        } catch (OrtException e) {
            throw new IllegalStateException(
                    "ONNX Runtime refuses " + problem.net().id(), e);
        }
    }

    private static final class Inference implements Session {
        private static final String IMAGES = "images";

        private final Problem problem;
        private final OrtSession session;
        private final Map<String, OnnxTensor> inputs;
        private final float[] logits;

        Inference(Problem problem, int threads) throws OrtException {
            this.problem = problem;
            var environment = OrtEnvironment.getEnvironment();
            try (var options = new OrtSession.SessionOptions()) {
                options.setIntraOpNumThreads(threads);
                options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
                session = environment.createSession(model(problem), options);
            }
            long[] shape = {problem.batch(), 1, problem.size(), problem.size()};
            inputs = Map.of(IMAGES, OnnxTensor.createTensor(environment, FloatBuffer.wrap(problem.images()), shape));
            logits = new float[problem.batch() * Net.CLASSES];
        }

        private static byte[] model(Problem problem) {
            var net = problem.net().create(new SplittableRandom(0));
            Map<String, Variable> state = net.stateDict();
            problem.state()
                    .forEach((name, values) ->
                            Objects.requireNonNull(state.get(name), name).assign(values));
            var options = OnnxExport.options().names(IMAGES, "logits");
            return OnnxExport.bytes(net, options, 1, problem.size(), problem.size());
        }

        @Override
        public void resume() {
            // The session has threads of its own.
        }

        @Override
        public void restart() {
            // A step changes nothing.
        }

        @Override
        public void step() {
            try (var result = session.run(inputs)) {
                ((OnnxTensor) result.get(0)).getFloatBuffer().get(logits);
            } catch (OrtException e) {
                throw new IllegalStateException("ONNX Runtime failed", e);
            }
        }

        @Override
        public float lossOfLastStep() {
            return problem.loss(logits);
        }

        @Override
        public void close() {
            inputs.values().forEach(OnnxTensor::close);
            try {
                session.close();
            } catch (OrtException e) {
                throw new IllegalStateException("ONNX Runtime cannot end its session", e);
            }
        }
    }
}
