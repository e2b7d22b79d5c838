package org.skipjack.benchmarks;

import static org.bytedeco.pytorch.global.torch.get_cpu_capability;
import static org.bytedeco.pytorch.global.torch.get_mkldnn_version;
import static org.bytedeco.pytorch.global.torch.initLogging;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.Tensor;

/** The native library as a whole: its loading and its versions. */
final class LibTorch {
    private LibTorch() {}

    /**
     * Makes the native library ready to use; call it before anything else of LibTorch.
     *
     * <p>JavaCPP 1.5.13 unpacks each library just before it loads it, and {@code libtorch}, which needs {@code
     * libtorch_cpu}, comes first. So on a machine that never ran it the first load ends the JVM with a segmentation fault,
     * unless {@code libtorch_cpu} lies there already.
     */
    static void load() {
        String library = Loader.getPlatform() + "/" + System.mapLibraryName("torch_cpu");
        try {
            // Of Tensor only the folder counts; the class literal does not initialise it.
            if (Loader.cacheResource(Tensor.class, library) == null) {
                throw new IllegalStateException("LibTorch has no library for " + Loader.getPlatform()
                        + " on the class path: " + library + " is missing");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack LibTorch's " + library, e);
        }
        // Reads TORCH_CPP_LOG_LEVEL, which nothing else does outside of Python.
        initLogging();
    }

    /** Version of the package, of oneDNN, and the instruction set in use, on one line. */
    static String version() {
        try {
            return "%s, %s, %s"
                    .formatted(
                            Loader.getVersion("org.bytedeco", "pytorch"),
                            text(get_mkldnn_version()).replaceFirst(" \\(Git Hash.*", ""),
                            text(get_cpu_capability()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read LibTorch's version", e);
        }
    }

    private static String text(BytePointer pointer) {
        try (pointer) {
            return pointer.getString();
        }
    }
}
