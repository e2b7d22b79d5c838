package org.skipjack.train.exchange;

import java.nio.file.Path;
import org.skipjack.train.run.Weights;

/**
 * The state dict alone, under PyTorch's names and types: {@code load_state_dict(safetensors.torch.load_file(file))} takes it as
 * it is.
 */
public final class SafetensorsFormat implements ExportFormat {

    /** For the service loader. */
    public SafetensorsFormat() {}

    @Override
    public String name() {
        return "safetensors";
    }

    @Override
    public String description() {
        return "PyTorch's names and types, for load_state_dict";
    }

    @Override
    public void write(Path file, StoredModel model, boolean foldBatchNorm) {
        if (foldBatchNorm) {
            throw new IllegalArgumentException("a safetensors file keeps the batch norms: load_state_dict expects their"
                    + " names; export without folding");
        }
        Weights.write(file, model.module(), model.description());
    }
}
