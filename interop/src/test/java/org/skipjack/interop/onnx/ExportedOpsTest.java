package org.skipjack.interop.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.skipjack.core.Buffer;
import org.skipjack.core.Parameter;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.AvgPool2d;
import org.skipjack.core.op.MatMul;
import org.skipjack.core.op.MaxPool2d;
import org.skipjack.core.op.RandomUniform;
import org.skipjack.core.op.Window2d;
import org.skipjack.nn.AdaptiveAvgPool2d;
import org.skipjack.nn.BatchNorm;
import org.skipjack.nn.BatchNorm2d;
import org.skipjack.nn.Conv2d;
import org.skipjack.nn.Dropout;
import org.skipjack.nn.Linear;
import org.skipjack.nn.Module;
import org.skipjack.nn.Sequential;

/** Modules of one's own, op by op; the input is {@code [N, 3, 6, 5]}. */
class ExportedOpsTest {
    private static final int[] IMAGE = {3, 6, 5};

    /** A module that is a function of its input and of a parameter {@code w [3, 1, 5]}. */
    private static final class Formula extends Module {
        private final UnaryOperator<Tensor> formula;
        private final Parameter w = parameter("w", Shape.of(3, 1, 5));

        Formula(UnaryOperator<Tensor> formula) {
            this.formula = formula;
            w.assign(Comparison.numbers(3, 3, 1, 5));
        }

        @Override
        public Tensor forward(Tensor x) {
            return formula.apply(x);
        }
    }

    private static Module scaled() {
        return new Module() {
            private final Parameter w = parameter("w", Shape.of(3, 1, 5));

            @Override
            public Tensor forward(Tensor x) {
                return x.mul(w).add(w.square().sum());
            }
        };
    }

    static Stream<Arguments> modules() {
        Map<String, Module> modules = new LinkedHashMap<>();
        formulas().forEach((name, formula) -> modules.put(name, new Formula(formula)));
        modules.put(
                "grouped convolution",
                new Conv2d(3, 6, Conv2d.kernel(3, 2).groups(3).stride(2, 1).padding(1, 0)));
        modules.put(
                "dilated convolution",
                new Conv2d(3, 4, Conv2d.kernel(2).dilation(3, 2).bias(false)));
        modules.put(
                "batch norm behind groups",
                new Sequential(new Conv2d(3, 6, Conv2d.kernel(1).groups(3).bias(false)), new BatchNorm2d(6)));
        modules.put("batch norm alone", new Sequential(new BatchNorm2d(3), new Conv2d(3, 2, 2)));
        modules.put(
                "without scale",
                new BatchNorm2d(3, BatchNorm.options().affine(false).eps(0.1f)));
        modules.put("adaptive pooling", new AdaptiveAvgPool2d(4, 3));
        modules.put("linear of the last dimension", new Sequential(new Linear(5, 4), new Dropout(), new Linear(4, 3)));
        modules.put("parameters and what they give", scaled());
        return modules.entrySet().stream().map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    private static Map<String, UnaryOperator<Tensor>> formulas() {
        Map<String, UnaryOperator<Tensor>> formulas = new LinkedHashMap<>();
        formulas.put("identity", x -> x);
        formulas.put(
                "unary",
                x -> x.neg()
                        .abs()
                        .square()
                        .add(0.1f)
                        .sqrt()
                        .log()
                        .exp()
                        .tanh()
                        .sigmoid()
                        .relu());
        formulas.put("binary", x -> x.maximum(x.mul(2)).minimum(x.add(1)).sub(x.div(3)));
        formulas.put("comparison", x -> x.greater(0.5f).add(x.equalTo(x.relu())));
        formulas.put("sum", x -> x.sum(true, 2));
        formulas.put("mean", x -> x.mean(false, 1, 3));
        formulas.put("divided sum", x -> x.sum(false, 1).div(7));
        formulas.put("maximum", x -> x.max(false, 3));
        formulas.put("index", x -> x.argMax(1));
        formulas.put("softmax", x -> x.flatten(1).logSoftmax().exp());
        formulas.put("log-softmax", Tensor::logSoftmax);
        formulas.put("shape", x -> x.permute(0, 2, 3, 1).reshape(x.shape().dim(0), 5, 18));
        formulas.put("batch merged", x -> x.reshape(-1, 5));
        formulas.put("broadcast", x -> x.sum(true, 1, 2).broadcastTo(x.shape()));
        formulas.put("pad", x -> x.pad(2, 1, 2).pad(3, 0, 3));
        formulas.put("slice", x -> x.slice(3, 1, 4));
        formulas.put("concatenation", x -> Tensor.concatenate(1, x, x.relu()));
        formulas.put(
                "ones for each example", x -> Tensor.full(1, x.shape().dims()).sub(x));
        formulas.put("data", x -> x.mul(Tensor.of(new float[] {1, 2, 3, 4, 5}, 5)));
        formulas.put("product of two", x -> {
            Tensor rows = x.flatten(1);
            return Tensor.record(new MatMul(true, false), rows, rows);
        });
        formulas.put("pooling", x -> Tensor.record(new MaxPool2d(new Window2d(3, 2, 2, 1, 1, 0)), x));
        formulas.put("average", x -> Tensor.record(new AvgPool2d(new Window2d(3, 2, 2, 1, 1, 1), false), x));
        formulas.put("average with zeros", x -> Tensor.record(new AvgPool2d(new Window2d(2, 3, 1, 2, 1, 1), true), x));
        return formulas;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("modules")
    void computeTheSameInOnnxRuntime(String name, Module module) {
        Comparison.stirred(module);
        for (boolean fold : new boolean[] {true, false}) {
            byte[] model = OnnxExport.bytes(module, OnnxExport.options().foldBatchNorm(fold), IMAGE);
            Comparison.requireEqual(model, module, 1, 3, 6, 5);
            Comparison.requireEqual(model, module, 4, 3, 6, 5);
        }
    }

    @Test
    void mergesWhatIsOneNodeInOnnx() {
        var net = new Sequential(new Conv2d(3, 6, Conv2d.kernel(3).groups(3)), new BatchNorm2d(6));
        assertThat(kinds(net, true)).containsExactly("Conv");
        assertThat(kinds(net, false)).containsExactly("Conv", "BatchNormalization");
        assertThat(kinds(new Formula(x -> x.mean(true, 2, 3)), true)).containsExactly("Constant", "ReduceMean");
        assertThat(kinds(new Formula(x -> x.logSoftmax().exp()), true)).containsExactly("Softmax");
    }

    private static List<String> kinds(Module module, boolean fold) {
        try {
            byte[] model = OnnxExport.bytes(module, OnnxExport.options().foldBatchNorm(fold), IMAGE);
            return ModelProto.parseFrom(model).getGraph().getNodeList().stream()
                    .map(NodeProto::getOpType)
                    .toList();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    /** A weight that two layers share must not be scaled by the batch norm behind one of them. */
    @Test
    void foldsNothingIntoASharedWeight() {
        var conv = new Conv2d(3, 3, Conv2d.kernel(3).padding(1));
        var norm = new BatchNorm2d(3);
        var net = new Module() {
            @Override
            public Tensor forward(Tensor x) {
                return norm.call(conv.call(conv.call(x)));
            }
        };
        Comparison.stirred(conv);
        Comparison.stirred(norm);
        assertThat(kinds(net, true)).containsExactly("Conv", "Conv", "BatchNormalization");
        Comparison.requireEqual(OnnxExport.bytes(net, OnnxExport.options(), IMAGE), net, 2, 3, 6, 5);
    }

    @Test
    void leavesModesAsTheyWere() {
        var net = new Sequential(new Dropout(), new Sequential(new Dropout()));
        net.train();
        net.get(1).eval();
        OnnxExport.bytes(net, OnnxExport.options(), IMAGE);
        assertThat(net.isTraining()).isTrue();
        assertThat(net.get(0).isTraining()).isTrue();
        assertThat(net.get(1).isTraining()).isFalse();
        assertThat(net.get(1).children().getFirst().isTraining()).isFalse();
    }

    private static Tensor counted(Tensor x) {
        var count = new Buffer("count", Shape.scalar());
        return x.alsoAssign(count, count.add(1));
    }

    @Test
    void refusesWhatOnnxCannotExpress() {
        requireRefused(
                new Formula(x -> x.mul(Tensor.record(new RandomUniform(1, x.shape()), Tensor.scalar(1)))),
                "Formula: [randomUniform [2, 3, 6, 5]] has no counterpart in ONNX; expected a module that computes the "
                        + "same each time");
        requireRefused(
                new BatchNorm2d(3, BatchNorm.options().trackRunningStats(false)),
                "BatchNorm2d: [batchNorm [2, 3, 6, 5]] near weight has no counterpart in ONNX; expected the ops of a "
                        + "forward pass in evaluation mode: convolution, matrix product, pooling, batch norm by running "
                        + "statistics, element-wise, reductions and changes of shape");
        requireRefused(
                new Formula(x -> x.mul(x.shape().dim(0))),
                "Formula: computes differently for batches of 2 and 3, constant 2.0 [] for one and constant 3.0 [] "
                        + "for the other; expected the same expression but for the extents of the batch");
        requireRefused(
                new Formula(x -> Tensor.full(1, 2, 2)),
                "Formula: gives constant 1.0 [2, 2] whatever its input is; expected a module that uses it");
        requireRefused(
                new Formula(ExportedOpsTest::counted),
                "Formula: assigns count in evaluation mode; expected a module that changes nothing there");
        requireRefused(
                new Formula(x -> x.flatten(1)
                        .crossEntropy(Tensor.ofInts(
                                new int[x.shape().dim(0)], x.shape().dim(0)))),
                "Formula: computes differently for batches of 2 and 3, whole numbers [2] for one and whole numbers [3] for "
                        + "the other; expected the same expression but for the extents of the batch");
        requireRefused(
                new Formula(x -> x.broadcastTo(Shape.of(x.shape().dim(0), 3, 6, 5))
                        .add(Tensor.full(1, x.shape().dim(0), 1, 1, 1).sqrt())),
                "Formula: [sqrt [2, 1, 1, 1]] has no counterpart in ONNX; expected constants whose shape does not follow "
                        + "the batch");
    }

    private static void requireRefused(Module module, String message) {
        assertThatThrownBy(() -> OnnxExport.bytes(module, OnnxExport.options(), IMAGE))
                .isInstanceOf(OnnxException.class)
                .hasMessage(message);
    }

    @Test
    void refusesMoreThanOneFileHolds() {
        var graph = new GraphWriter("Large", 1000);
        graph.initializer("a", Shape.of(250), new float[250]);
        assertThatThrownBy(() -> graph.initializer("b", Shape.of(1), new float[1]))
                .isInstanceOf(OnnxException.class)
                .hasMessage(
                        "Large: its values take more than 1000 bytes; expected a model of at most 2 GB, which is what "
                                + "one ONNX file can hold");
    }

    @Test
    void writesAFileWholeOrNotAtAll(@TempDir Path folder) throws Exception {
        var net = new Sequential(new Conv2d(3, 2, 3));
        Path file = folder.resolve("net.onnx");
        OnnxExport.write(file, net, OnnxExport.options(), IMAGE);
        assertThat(Files.readAllBytes(file)).isEqualTo(OnnxExport.bytes(net, OnnxExport.options(), IMAGE));
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
        Path nowhere = folder.resolve("absent/net.onnx");
        assertThatThrownBy(() -> OnnxExport.write(nowhere, net, OnnxExport.options(), IMAGE))
                .isInstanceOf(OnnxException.class)
                .hasMessage(nowhere + ": cannot be written (no such file or folder); choose another place or free some "
                        + "space");
    }
}
