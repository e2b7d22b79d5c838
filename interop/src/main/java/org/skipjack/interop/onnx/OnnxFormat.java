package org.skipjack.interop.onnx;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.skipjack.core.Shape;
import org.skipjack.train.exchange.ExportFormat;
import org.skipjack.train.exchange.ModelReader;
import org.skipjack.train.exchange.StoredModel;

/** Makes ONNX known to the command line: {@code export RUN --format onnx}, {@code predict --model net.onnx}. */
public final class OnnxFormat implements ExportFormat, ModelReader {
    private static final String NAME = "onnx";
    private static final String MODEL = "model";

    /** For the service loader. */
    public OnnxFormat() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String ending() {
        return NAME;
    }

    @Override
    public String description() {
        return "for ONNX Runtime and others, batch of any size";
    }

    /** The model with what was written beside its weights as metadata; folded, it is no longer the model of that name. */
    @Override
    public void write(Path file, StoredModel model, boolean foldBatchNorm) {
        var metadata = new LinkedHashMap<>(model.description());
        if (foldBatchNorm) {
            metadata.remove(MODEL);
        }
        OnnxExport.write(
                file,
                model.module(),
                OnnxExport.options().foldBatchNorm(foldBatchNorm).metadata(metadata),
                model.inputShape());
    }

    /**
     * A model of images, {@code [N, C, H, W]}, that gives logits, {@code [N, classes]}.
     *
     * @throws OnnxException as {@link OnnxImport#read(Path)}, and if it is of another kind
     */
    @Override
    public StoredModel read(Path file) {
        OnnxModule module = OnnxImport.read(file);
        int[] image = module.inputShape();
        Shape logits = module.call(Assembly.example(1, Shape.of(image))).shape();
        if (image.length != 3 || logits.rank() != 2) {
            throw new OnnxException(
                    file.toString(),
                    "takes [N, " + Shape.of(image).toString().substring(1) + " and gives " + logits.rank()
                            + " dimensions",
                    "expected images [N, C, H, W] and logits [N, classes]");
        }
        return new StoredModel(
                Optional.ofNullable(module.metadata().get(MODEL)).orElse(NAME),
                module,
                image[0],
                image[1],
                image[2],
                logits.dim(1),
                module.metadata());
    }
}
