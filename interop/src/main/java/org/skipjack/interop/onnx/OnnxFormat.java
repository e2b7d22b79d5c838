package org.skipjack.interop.onnx;

import java.nio.file.Path;
import org.skipjack.train.exchange.ExportFormat;
import org.skipjack.train.exchange.StoredModel;

/** Makes ONNX known to the command line, as {@code export RUN --format onnx}. */
public final class OnnxFormat implements ExportFormat {
    /** For the service loader. */
    public OnnxFormat() {}

    @Override
    public String name() {
        return "onnx";
    }

    @Override
    public String description() {
        return "for ONNX Runtime and others, batch of any size";
    }

    /** The model with what was written beside its weights as metadata. */
    @Override
    public void write(Path file, StoredModel model, boolean foldBatchNorm) {
        OnnxExport.write(
                file,
                model.module(),
                OnnxExport.options().foldBatchNorm(foldBatchNorm).metadata(model.description()),
                model.inputShape());
    }
}
