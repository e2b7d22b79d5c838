package org.skipjack.interop.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;

/** Microsoft's runtime as the judge: it refuses what is no model, and computes what a model means. */
final class OnnxRuntime implements AutoCloseable {
    private static final OrtEnvironment ENVIRONMENT =
            OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);

    private final OrtSession session;

    /** Loads a model with all of the runtime's checks. */
    OnnxRuntime(byte[] model) {
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            session = ENVIRONMENT.createSession(model, options);
        } catch (OrtException e) {
            throw new AssertionError("ONNX Runtime refuses the model: " + e.getMessage(), e);
        }
    }

    /** What came out. */
    record Result(float[] values, int[] shape) {}

    Result run(float[] input, int... shape) {
        try (var tensor = OnnxTensor.createTensor(
                        ENVIRONMENT,
                        FloatBuffer.wrap(input),
                        Arrays.stream(shape).asLongStream().toArray());
                var result =
                        session.run(Map.of(session.getInputNames().iterator().next(), tensor))) {
            var output = (OnnxTensor) result.get(0);
            var values = output.getFloatBuffer();
            var copy = new float[values.remaining()];
            values.get(copy);
            return new Result(
                    copy,
                    LongStream.of(output.getInfo().getShape())
                            .mapToInt(Math::toIntExact)
                            .toArray());
        } catch (OrtException e) {
            throw new AssertionError("ONNX Runtime cannot run the model: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new AssertionError(e);
        }
    }
}
