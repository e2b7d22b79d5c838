package org.skipjack.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * A net of LibTorch's layers. It owns them: JavaCPP lends a layer to the module that it is registered with, without a share
 * in the ownership.
 */
abstract class LibTorchNet implements AutoCloseable {
    private final List<Pointer> kept = new ArrayList<>();

    /** The problem's net with values of LibTorch's choice. */
    static LibTorchNet of(Net net) {
        return switch (net) {
            case LENET_BN -> new LibTorchLeNetBn();
            case RESNET18 -> new LibTorchResNet18();
        };
    }

    /** All of its layers, by PyTorch's names. */
    abstract Module module();

    /** The logits. */
    abstract Tensor forward(Tensor images);

    /** Keeps a native object beyond the scope that it was made in, until {@link #close}. */
    final <P extends Pointer> P kept(P pointer) {
        pointer.retainReference();
        kept.add(pointer);
        return pointer;
    }

    static LongPointer square(long size) {
        return new LongPointer(size, size);
    }

    @Override
    public final void close() {
        kept.reversed().forEach(Pointer::close);
        kept.clear();
    }
}
