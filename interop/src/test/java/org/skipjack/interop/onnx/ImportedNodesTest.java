package org.skipjack.interop.onnx;

import static org.skipjack.interop.onnx.GraphWriter.number;
import static org.skipjack.interop.onnx.GraphWriter.numbers;
import static org.skipjack.interop.onnx.Sketch.text;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Models of one or two nodes, made by hand, run by ONNX Runtime and as a module; images are {@code [N, 3, 7, 10]}. */
class ImportedNodesTest {
    private static final int RANK_OF_IMAGES = 4;

    private static Sketch images() {
        return Sketch.of(3, 7, 10);
    }

    private static Map<String, Sketch> onImages() {
        Map<String, Sketch> all = new LinkedHashMap<>();
        for (String opType :
                List.of("Relu", "Sigmoid", "Tanh", "Neg", "Abs", "Exp", "Identity", "Dropout", "LogSoftmax")) {
            all.put(opType, images().then(opType));
        }
        all.put("Sqrt and Log", images().then("Abs").then("Sqrt").then("Exp").then("Log"));
        for (String opType : List.of("Add", "Mul", "Sub", "Div", "Max", "Min")) {
            var sketch = images();
            all.put(opType, sketch.then(opType, List.of(sketch.weight(3, 1, 10))));
        }
        var two = images().then("Relu");
        all.put("Add of values", two.then("Add", List.of("x")));
        var several = images();
        all.put("Sum of several", several.then("Sum", List.of(several.weight(10), "x")));
        var clip = images();
        all.put("Clip", clip.then("Clip", List.of(clip.number(-0.5f), clip.number(0.25f))));
        var above = images();
        all.put("Clip from below", above.then("Clip", List.of(above.number(0))));
        all.put("Clip of old", images().operatorSet(9).then("Clip", number("min", -1f), number("max", 0.5f)));
        all.put("Cast", images().then("Cast", number("to", 1)));
        all.put("Dropout of old", images().operatorSet(9).then("Dropout", number("ratio", 0.3f)));
        all.put("Softmax along channels", images().then("Softmax", number("axis", 1)));
        all.put("Softmax of old", images().operatorSet(11).then("Softmax", number("axis", 1)));
        var joined = images().then("Relu");
        all.put("Concat", joined.node("Concat", List.of("x", joined.last(), "x"), number("axis", 2)));
        all.put("Transpose", images().then("Transpose", numbers("perm", 0, 2, 3, 1)));
        var reduced = images();
        all.put("ReduceMean", reduced.then("ReduceMean", List.of(reduced.wholes(-1, 1))));
        all.put("ReduceMean of old", images().operatorSet(13).then("ReduceMean", numbers("axes", 2, 3)));
        var summed = images();
        all.put("ReduceSum", summed.then("ReduceSum", List.of(summed.wholes(3))));
        var largest = images();
        all.put("ReduceMax", largest.then("ReduceMax", List.of(largest.wholes(1, 2))));
        shapes(all);
        normalizations(all);
        return all;
    }

    private static void shapes(Map<String, Sketch> all) {
        var pad = images();
        all.put("Pad", pad.then("Pad", List.of(pad.wholes(0, 1, 2, 0, 0, 0, 1, 3))));
        var value = images();
        all.put("Pad by a value", value.then("Pad", List.of(value.wholes(0, 0, 2, 1, 0, 0, 0, 3), value.number(-7))));
        var crop = images();
        all.put("Pad by less than nothing", crop.then("Pad", List.of(crop.wholes(0, 0, -1, 2, 0, 0, -2, -3))));
        var axes = images();
        all.put("Pad of axes", axes.then("Pad", List.of(axes.wholes(1, 2, 3, 4), "", axes.wholes(3, -2))));
        all.put("Pad of old", images().operatorSet(9).then("Pad", numbers("pads", 0, 0, 1, 2, 0, 0, 3, 4)));
        var slice = images();
        all.put("Slice", slice.then("Slice", List.of(slice.wholes(1, -4), slice.wholes(1000, -1), slice.wholes(2, 3))));
        var folded = images();
        all.put("Reshape", folded.then("Reshape", List.of(folded.wholes(0, -1, 5, 3))));
        var opened = images();
        all.put("Reshape with the batch open", opened.then("Reshape", List.of(opened.wholes(-1, 70, 1, 3))));
        var widened = images();
        widened.then("Unsqueeze", List.of(widened.wholes(1))).then("Relu");
        all.put("Unsqueeze and Squeeze", widened.then("Squeeze", List.of(widened.wholes(1))));
    }

    private static void normalizations(Map<String, Sketch> all) {
        var norm = images();
        all.put(
                "BatchNormalization",
                norm.then(
                        "BatchNormalization",
                        List.of(norm.weight(3), norm.weight(3), norm.weight(3), norm.positive(3)),
                        number("epsilon", 0.01f)));
        var old = images().operatorSet(7);
        all.put(
                "BatchNormalization of old",
                old.then("BatchNormalization", List.of(old.weight(3), old.weight(3), old.weight(3), old.positive(3))));
    }

    private static Map<String, Sketch> convolutions() {
        Map<String, Sketch> all = new LinkedHashMap<>();
        var plain = images();
        all.put("Conv", plain.then("Conv", List.of(plain.weight(4, 3, 3, 2), plain.weight(4))));
        var uneven = images();
        all.put(
                "Conv with uneven padding",
                uneven.then(
                        "Conv",
                        List.of(uneven.weight(2, 3, 3, 3)),
                        numbers("pads", 0, 2, 1, 3),
                        numbers("strides", 2, 3),
                        numbers("kernel_shape", 3, 3)));
        var dilated = images();
        all.put(
                "Conv with gaps",
                dilated.then(
                        "Conv",
                        List.of(dilated.weight(2, 3, 3, 2)),
                        numbers("dilations", 2, 4),
                        numbers("pads", 1, 0, 1, 0)));
        var grouped = Sketch.of(4, 7, 10);
        all.put("Conv in groups", grouped.then("Conv", List.of(grouped.weight(6, 2, 3, 3)), number("group", 2)));
        for (String auto : List.of("SAME_UPPER", "SAME_LOWER", "VALID")) {
            for (int stride : new int[] {1, 3}) {
                var same = images();
                all.put(
                        "Conv " + auto + " by " + stride,
                        same.then(
                                "Conv",
                                List.of(same.weight(2, 3, 4, 3)),
                                text("auto_pad", auto),
                                numbers("strides", stride, stride)));
            }
        }
        return all;
    }

    private static Map<String, Sketch> poolings() {
        Map<String, Sketch> all = new LinkedHashMap<>();
        all.put("GlobalAveragePool", images().then("GlobalAveragePool"));
        all.put("GlobalMaxPool", images().then("GlobalMaxPool"));
        for (String opType : List.of("MaxPool", "AveragePool")) {
            all.put(opType, images().then(opType, numbers("kernel_shape", 3, 2), numbers("strides", 2, 1)));
            for (long[] pads : new long[][] {{1, 1, 1, 1}, {0, 1, 2, 0}, {2, 2, 2, 2}}) {
                for (int ceil : new int[] {0, 1}) {
                    for (int stride : new int[] {1, 2, 4}) {
                        for (int counts : new int[] {0, 1}) {
                            all.put(
                                    opType + " " + List.of(pads[0], pads[1], pads[2], pads[3]) + " ceil " + ceil
                                            + " by " + stride + " counts " + counts,
                                    pooling(opType, pads, ceil, stride, counts));
                        }
                    }
                }
            }
            all.put(
                    opType + " SAME",
                    images().then(
                                    opType,
                                    numbers("kernel_shape", 2, 3),
                                    numbers("strides", 2, 2),
                                    text("auto_pad", "SAME_UPPER")));
        }
        return all;
    }

    private static Sketch pooling(String opType, long[] pads, int ceil, int stride, int counts) {
        var sketch = images();
        var kernel = numbers("kernel_shape", 3, 3);
        var strides = numbers("strides", stride, stride);
        return opType.equals("MaxPool")
                ? sketch.then(opType, kernel, strides, numbers("pads", pads), number("ceil_mode", ceil))
                : sketch.then(
                        opType,
                        kernel,
                        strides,
                        numbers("pads", pads),
                        number("ceil_mode", ceil),
                        number("count_include_pad", counts));
    }

    private static Map<String, Sketch> matrices() {
        Map<String, Sketch> all = new LinkedHashMap<>();
        var gemm = images().then("Flatten");
        all.put(
                "Gemm",
                gemm.then(
                        "Gemm",
                        List.of(gemm.weight(4, 210), gemm.weight(4)),
                        number("transB", 1),
                        number("alpha", 0.5f),
                        number("beta", 2f)));
        var plain = images().then("Flatten");
        all.put("Gemm without C", plain.then("Gemm", List.of(plain.weight(210, 4))));
        var rows = images().then("Flatten");
        all.put("MatMul", rows.then("MatMul", List.of(rows.weight(210, 5))));
        var flat = images();
        all.put("Softmax", flat.then("Flatten").then("Softmax"));
        return all;
    }

    private static Map<String, Sketch> stacks() {
        Map<String, Sketch> all = new LinkedHashMap<>();
        var right = images();
        all.put("MatMul on the right", right.then("MatMul", List.of(right.weight(10, 5))));
        var left = images();
        all.put("MatMul on the left", left.node("MatMul", List.of(left.weight(4, 7), "x")));
        return all;
    }

    static Stream<Arguments> models() {
        return Stream.of(
                        with(RANK_OF_IMAGES, onImages()),
                        with(RANK_OF_IMAGES, convolutions()),
                        with(RANK_OF_IMAGES, poolings()),
                        with(RANK_OF_IMAGES, stacks()),
                        with(2, matrices()))
                .flatMap(all -> all);
    }

    private static Stream<Arguments> with(int rank, Map<String, Sketch> sketches) {
        return sketches.entrySet().stream().map(entry -> Arguments.of(entry.getKey(), rank, entry.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void computeWhatOnnxRuntimeDoes(String name, int rank, Sketch sketch) {
        byte[] model = sketch.model(rank).toByteArray();
        OnnxModule module = OnnxImport.of(model);
        int[] image = module.inputShape();
        for (int batch : new int[] {1, 4}) {
            Comparison.requireEqual(model, module, batch, image[0], image[1], image[2]);
        }
    }
}
