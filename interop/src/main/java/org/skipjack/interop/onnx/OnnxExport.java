package org.skipjack.interop.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.nn.Module;
import org.skipjack.train.file.Disk;
import org.skipjack.train.file.DurableFile;

/**
 * Modules as <a href="https://onnx.ai">ONNX</a> models, in evaluation mode: any module whose forward pass consists of ops
 * that ONNX has, also one of the user's own.
 *
 * <pre>{@code
 * OnnxExport.write(Path.of("lenet.onnx"), net, OnnxExport.options(), 1, 28, 28);
 * }</pre>
 *
 * <p>The model takes a batch of any size, {@code [batch, ...]}. Parameters and running statistics become initialisers under
 * the names they have in {@link Module#stateDict}, which are PyTorch's. Batch norms are folded into the convolutions and
 * linear layers before them unless the options say otherwise. Operator set 18.
 */
public final class OnnxExport {
    /** The first in which all reductions take their axes as an operand; ONNX Runtime has known it since 1.14. */
    private static final int OPERATOR_SET = 18;

    /** Of the release that brought the operator set. */
    private static final int IR_VERSION = 8;

    private static final int BUFFER = 1 << 16;

    private static final String BUILT_WITH = "/META-INF/maven/org.skipjack/skipjack-interop/pom.properties";

    private OnnxExport() {}

    /** Batch norm folded, from {@code images} to {@code logits}, without metadata. */
    public static Options options() {
        return new Options("images", "logits", true, Map.of());
    }

    /**
     * Writes a model; a reader sees the old file or the new one.
     *
     * @param extents of one input without the batch, {@code 1, 28, 28}
     * @throws OnnxException if the module has an op that ONNX lacks, treats batches of unlike size differently, takes more
     *     than 2 GB, or if the file cannot be written
     * @throws ShapeMismatchException if the module refuses that input
     */
    public static void write(Path file, Module module, Options options, int... extents) {
        ModelProto model = model(module, options, extents);
        try {
            DurableFile.replace(Disk.machine(), file, stream -> {
                var out = CodedOutputStream.newInstance(stream, BUFFER);
                model.writeTo(out);
                out.flush();
            });
        } catch (IOException e) {
            throw OnnxException.unwritable(file.toString(), e);
        }
    }

    /**
     * A model as the contents of a file.
     *
     * @param extents of one input without the batch, {@code 1, 28, 28}
     * @throws OnnxException as {@link #write}
     * @throws ShapeMismatchException if the module refuses that input
     */
    public static byte[] bytes(Module module, Options options, int... extents) {
        return model(module, options, extents).toByteArray();
    }

    private static ModelProto model(Module module, Options options, int... extents) {
        var recording = Recording.of(module, extents);
        var model = ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPERATOR_SET))
                .setProducerName("skipjack")
                .setProducerVersion(version())
                .setDocString(module + " in evaluation mode, one input is "
                        + IntStream.of(extents).mapToObj(Integer::toString).collect(Collectors.joining("x")))
                .setGraph(Translation.of(recording, options));
        new TreeMap<>(options.metadata())
                .forEach((key, value) -> model.addMetadataProps(
                        StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        return model.build();
    }

    /** As the build has left it in the jar. */
    private static String version() {
        try (var stream = OnnxExport.class.getResourceAsStream(BUILT_WITH)) {
            var properties = new Properties();
            if (stream != null) {
                properties.load(stream);
            }
            return properties.getProperty("version", "development");
        } catch (IOException e) {
            return "development";
        }
    }

    /**
     * What can be chosen; {@link OnnxExport#options} gives the defaults, the methods change one thing each.
     *
     * @param input name of the model's input
     * @param output name of its output
     * @param foldBatchNorm whether a batch norm becomes part of the convolution or linear layer before it, which is faster;
     *     kept apart, the model's weights are those of the module and it can be trained on
     * @param metadata facts that travel with the model, such as the names of the classes
     */
    public record Options(String input, String output, boolean foldBatchNorm, Map<String, String> metadata) {
        /** Copies the metadata. */
        public Options {
            metadata = Map.copyOf(metadata);
        }

        /** Other names for input and output. */
        public Options names(String newInput, String newOutput) {
            return new Options(newInput, newOutput, foldBatchNorm, metadata);
        }

        /** Batch norms folded or kept. */
        public Options foldBatchNorm(boolean fold) {
            return new Options(input, output, fold, metadata);
        }

        /** Other metadata. */
        public Options metadata(Map<String, String> facts) {
            return new Options(input, output, foldBatchNorm, facts);
        }
    }
}
