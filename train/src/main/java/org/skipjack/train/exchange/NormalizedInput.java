package org.skipjack.train.exchange;

import java.util.List;
import org.skipjack.core.Tensor;
import org.skipjack.nn.Module;

/** {@code net((x - mean) / std)}, with mean and std of each channel; x is {@code [N, C, H, W]}, levels between 0 and 1. */
final class NormalizedInput extends Module {

    private final InputTransform transform;
    private final Module net;

    NormalizedInput(InputTransform transform, Module net) {
        this.transform = transform;
        this.net = child("net", net);
    }

    @Override
    public Tensor forward(Tensor x) {
        return net.call(x.sub(channels(transform.mean())).div(channels(transform.std())));
    }

    /** {@code [1, C, 1, 1]}, or one number for all channels. */
    private static Tensor channels(List<Float> numbers) {
        var values = new float[numbers.size()];
        for (int c = 0; c < values.length; c++) {
            values[c] = numbers.get(c);
        }
        return Tensor.of(values, 1, values.length, 1, 1);
    }
}
