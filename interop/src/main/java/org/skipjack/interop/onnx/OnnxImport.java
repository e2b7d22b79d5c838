package org.skipjack.interop.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.skipjack.core.Shape;

/**
 * <a href="https://onnx.ai">ONNX</a> models of convolutional nets as modules, which run, train and are saved like any other.
 *
 * <pre>{@code
 * OnnxModule net = OnnxImport.read(Path.of("lenet.onnx"));
 * Tensor logits = net.call(images);
 * }</pre>
 *
 * <p>The module comes in evaluation mode, which is what the model computes; {@code train()} makes it one to train.
 *
 * <p>A model has one input of floats, whose first dimension is the batch, and one output. Its nodes are of the kinds that
 * occur in such nets: convolution, matrix product, batch norm, pooling, element-wise, reductions, changes of constant shape;
 * any other is refused by name. Operator sets 7 to 25. Initialisers become parameters, running statistics buffers. Floats of
 * other widths are computed with in 32 bits.
 *
 * <p>Files may be hostile: whatever their bytes, reading ends with a module or an {@link OnnxException} of one line, and
 * takes no more memory than a small multiple of the file. Values in other files are not read.
 */
public final class OnnxImport {
    private static final int OLDEST = 7;
    private static final int NEWEST = 25;

    /** Variables may take this many times the bytes of the file, for half-width floats and statistics stored once. */
    private static final long MOST_GROWTH = 4;

    private static final long SOME_ROOM = 1 << 20;

    private OnnxImport() {}

    /**
     * Reads a file.
     *
     * @throws OnnxException if it cannot be read, is no model, or holds something that is not supported
     */
    public static OnnxModule read(Path file) {
        return read(file, new int[0]);
    }

    /**
     * Reads a file whose model leaves more than the batch open.
     *
     * @param extents of one input without the batch, {@code 3, 224, 224}
     * @throws OnnxException as {@link #read(Path)}, and if the model says other extents
     */
    public static OnnxModule read(Path file, int... extents) {
        try {
            if (Files.size(file) > Integer.MAX_VALUE - 8) {
                throw new OnnxException(
                        file.toString(), Files.size(file) + " bytes are more than one model", "expected at most 2 GB");
            }
            return parse(file.toString(), UnsafeByteOperations.unsafeWrap(Files.readAllBytes(file)), extents);
        } catch (IOException e) {
            throw OnnxException.unreadable(file.toString(), e);
        }
    }

    /**
     * Reads a model in memory.
     *
     * @param extents of one input without the batch; none if the model says them
     * @throws OnnxException as {@link #read(Path)}
     */
    public static OnnxModule of(byte[] model, int... extents) {
        return parse("model", ByteString.copyFrom(model), extents);
    }

    private static OnnxModule parse(String source, ByteString bytes, int... extents) {
        try {
            StructureSize.check(source, bytes);
            var in = bytes.newCodedInput();
            // Values stay where they are in the file's bytes until they are decoded.
            in.enableAliasing(true);
            return module(ModelProto.parseFrom(in), MOST_GROWTH * bytes.size() + SOME_ROOM, extents);
        } catch (IOException e) {
            throw new OnnxException(source, "is no ONNX model (" + firstSentence(e) + ")", "expected one", e);
        } catch (OnnxException e) {
            throw e;
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new OnnxException(source, e);
        }
    }

    /** Protobuf's messages go on with guesses. */
    private static String firstSentence(IOException e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf('.');
        return end < 0 ? message : message.substring(0, end);
    }

    private static OnnxModule module(ModelProto model, long room, int... extents) {
        GraphProto graph = model.getGraph();
        if (graph.getNodeCount() == 0) {
            throw new IllegalArgumentException("has no nodes");
        }
        if (graph.getSparseInitializerCount() > 0) {
            throw new IllegalArgumentException("has sparse initialisers, expected dense ones");
        }
        ValueInfoProto input = input(graph);
        if (graph.getOutputCount() != 1) {
            throw new IllegalArgumentException("has " + graph.getOutputCount() + " outputs, expected one");
        }
        List<Dimension> dims = dimensions(input);
        Shape shape = shape(input.getName(), dims, extents);
        var module = new OnnxModule(shape, metadata(model));
        var assembly = new Assembly(module, operatorSet(model), batch(dims), shape, room);
        assembly.build(graph, input.getName(), graph.getOutput(0).getName());
        int other = Assembly.BATCH + 1;
        Assembly.requireBatchInFront(other, module.forward(Assembly.example(other, shape)));
        return module;
    }

    /** The one input; old models list the initialisers among the inputs too. */
    private static ValueInfoProto input(GraphProto graph) {
        Set<String> initializers =
                graph.getInitializerList().stream().map(TensorProto::getName).collect(Collectors.toSet());
        List<ValueInfoProto> inputs = graph.getInputList().stream()
                .filter(value -> !initializers.contains(value.getName()))
                .toList();
        if (inputs.size() != 1) {
            throw new IllegalArgumentException("has " + inputs.size() + " inputs, expected one");
        }
        return inputs.getFirst();
    }

    private static List<Dimension> dimensions(ValueInfoProto input) {
        TypeProto.Tensor type = input.getType().getTensorType();
        DataType element = Values.typeOf(type.getElemType());
        switch (element) {
            case FLOAT, FLOAT16, BFLOAT16, DOUBLE -> {}
            default ->
                throw new IllegalArgumentException("input " + OnnxException.quote(input.getName()) + " is of type "
                        + element + ", expected floats");
        }
        return type.getShape().getDimList();
    }

    /** The batch size that a model was written for; 0 if it is open. */
    private static int batch(List<Dimension> dims) {
        return dims.isEmpty() || dims.getFirst().getDimValue() <= 0
                ? 0
                : (int) Math.min(dims.getFirst().getDimValue(), Integer.MAX_VALUE);
    }

    private static Shape shape(String name, List<Dimension> dims, int... extents) {
        if (extents.length > 0 && !dims.isEmpty() && dims.size() != extents.length + 1) {
            throw new IllegalArgumentException("input " + OnnxException.quote(name) + " has " + dims.size()
                    + " dimensions, given are the batch and " + extents.length);
        }
        int[] shape = extents.length > 0 ? extents.clone() : new int[Math.max(0, dims.size() - 1)];
        for (int i = 0; i < shape.length; i++) {
            long said = dims.isEmpty() ? 0 : dims.get(i + 1).getDimValue();
            if (said < 0 || said > Integer.MAX_VALUE || (shape[i] > 0 && said > 0 && said != shape[i])) {
                throw new IllegalArgumentException("input " + OnnxException.quote(name) + " has extent " + said
                        + " in dimension " + (i + 1) + ", expected " + (shape[i] > 0 ? shape[i] : "1 or more"));
            }
            shape[i] = said > 0 ? (int) said : shape[i];
        }
        for (int i = 0; i < shape.length || shape.length == 0; i++) {
            if (shape.length == 0 || shape[i] <= 0) {
                throw new IllegalArgumentException("input " + OnnxException.quote(name) + " leaves "
                        + (shape.length == 0 ? "its shape" : "dimension " + (i + 1))
                        + " open, expected the batch alone to"
                        + " be open; give the extents of an input");
            }
        }
        return Shape.of(shape);
    }

    private static int operatorSet(ModelProto model) {
        for (OperatorSetIdProto set : model.getOpsetImportList()) {
            if (set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx")) {
                if (set.getVersion() < OLDEST || set.getVersion() > NEWEST) {
                    throw new IllegalArgumentException(
                            "operator set is " + set.getVersion() + ", supported are " + OLDEST + " to " + NEWEST);
                }
                return (int) set.getVersion();
            }
        }
        throw new IllegalArgumentException("says no operator set of ONNX");
    }

    private static Map<String, String> metadata(ModelProto model) {
        var metadata = new HashMap<String, String>();
        for (StringStringEntryProto entry : model.getMetadataPropsList()) {
            metadata.put(entry.getKey(), entry.getValue());
        }
        return metadata;
    }
}
