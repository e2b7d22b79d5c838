/** Whole steps beside LibTorch, PyTorch and ONNX Runtime, and kernels by JMH. Open {@code org.skipjack.benchmarks} first. */
@SuppressWarnings("requires-automatic") // JMH and ONNX Runtime have no module descriptor.
module org.skipjack.benchmarks {
    requires static org.jspecify;
    requires com.microsoft.onnxruntime;
    requires info.picocli;
    requires java.management;
    requires jmh.core;
    requires org.bytedeco.pytorch;
    requires org.skipjack.interop;
    requires org.skipjack.kernels;
    requires org.skipjack.train;
    requires tools.jackson.databind;

    // Picocli sets the options' fields.
    opens org.skipjack.benchmarks to
            info.picocli;
    opens org.skipjack.benchmarks.kernels to
            info.picocli;
}
