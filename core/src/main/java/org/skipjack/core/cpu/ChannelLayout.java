package org.skipjack.core.cpu;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.skipjack.core.Graph;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.AvgPool2d;
import org.skipjack.core.op.BatchNorm;
import org.skipjack.core.op.BinaryOp;
import org.skipjack.core.op.MaxPool2d;
import org.skipjack.core.op.Op;
import org.skipjack.core.op.Reshape;
import org.skipjack.core.op.UnaryOp;
import org.skipjack.kernels.ConvGeometry;
import org.skipjack.kernels.Lanes;

/**
 * Pass over the graph of a {@link SmallBatch}: what comes out of a convolution stays in {@link org.skipjack.kernels.ChannelBlocks}
 * for as long as its readers can work there, and is brought back into rows for those that cannot.
 */
final class ChannelLayout {
    /** Channels up to which a convolution reads rows: a block would be mostly empty. */
    private static final int NARROW = 4;

    private final IdentityHashMap<Tensor, Tensor> rows = new IdentityHashMap<>();
    private final IdentityHashMap<Tensor, Tensor> blocks = new IdentityHashMap<>();

    private final Predicate<ConvGeometry> winograd;

    private ChannelLayout(Predicate<ConvGeometry> winograd) {
        this.winograd = winograd;
    }

    /**
     * Places the values of a graph without assignments.
     *
     * @param winograd which convolutions are to be computed by Winograd's algorithm
     */
    static Graph run(Graph graph, Predicate<ConvGeometry> winograd) {
        var pass = new ChannelLayout(winograd);
        graph.nodes().forEach(pass::place);
        var outputs = graph.outputs().stream().map(pass::inRows).toList();
        Graph needed = Graph.of(outputs, List.of());
        return new Graph(needed.nodes(), graph.data(), needed.outputs(), List.of());
    }

    private void place(Tensor node) {
        Op op = node.op();
        if (op == null || node.isKnown()) {
            rows.put(node, node);
        } else if (op instanceof ChannelOp.WithEpilogue convolution) {
            blocks.put(node, convolution(node, convolution));
        } else if (op instanceof Reshape && sameBlocks(node)) {
            blocks.put(node, inBlocks(node.inputs().getFirst()));
        } else if (staysInBlocks(node, op)) {
            blocks.put(node, inBlocks(node, op));
        } else {
            Tensor[] inputs = node.inputs().stream().map(this::inRows).toArray(Tensor[]::new);
            rows.put(node, Tensor.record(op, inputs));
        }
    }

    /** Whether a reshape is one between a matrix and maps of 1x1 that lie in blocks: there, nothing changes. */
    private boolean sameBlocks(Tensor node) {
        Shape to = node.shape();
        Shape from = node.inputs().getFirst().shape();
        return blocks.containsKey(node.inputs().getFirst())
                && to.rank() >= 2
                && to.dim(0) == from.dim(0)
                && to.dim(1) == from.dim(1)
                && from.elements(2, from.rank()) == 1;
    }

    private Tensor convolution(Tensor node, ChannelOp.WithEpilogue op) {
        Tensor x = node.inputs().getFirst();
        var geometry = LowerConvolution.geometry(
                op.conv(), x.shape(), node.inputs().get(1).shape());
        boolean blocked =
                blocks.containsKey(x) || (geometry.channels() > NARROW && geometry.height() * geometry.width() > 1);
        boolean points = blocked && winograd.test(geometry);
        var convolution = new ChannelOp.Convolution(geometry, blocked, op.added(), op.rectified(), points);
        Tensor[] constants = node.inputs().subList(1, 1 + op.constants()).stream()
                .map(this::inRows)
                .toArray(Tensor[]::new);
        Tensor packed = Tensor.record(new ChannelOp.Packed(geometry, op.biased(), op.norm(), points), constants);
        Tensor from = blocked ? inBlocks(x) : inRows(x);
        return op.added()
                ? Tensor.record(
                        convolution, from, packed, inBlocks(node.inputs().getLast()))
                : Tensor.record(convolution, from, packed);
    }

    private boolean staysInBlocks(Tensor node, Op op) {
        List<Tensor> inputs = node.inputs();
        return switch (op) {
            case UnaryOp unary -> blocks.containsKey(inputs.getFirst());
            case BinaryOp binary ->
                inputs.stream()
                                .allMatch(in -> number(in)
                                        || (blocks.containsKey(in) && in.shape().equals(node.shape())))
                        && inputs.stream().anyMatch(blocks::containsKey);
            case MaxPool2d pool -> blocks.containsKey(inputs.getFirst());
            case AvgPool2d pool -> blocks.containsKey(inputs.getFirst());
            case BatchNorm norm -> blocks.containsKey(inputs.getFirst());
            default -> false;
        };
    }

    private static boolean number(Tensor tensor) {
        return tensor.shape().rank() == 0;
    }

    private Tensor inBlocks(Tensor node, Op op) {
        if (op instanceof BatchNorm norm) {
            return Tensor.record(
                    new ChannelOp.Norm(norm.epsilon()),
                    inBlocks(node.inputs().get(0)),
                    inRows(node.inputs().get(1)),
                    inRows(node.inputs().get(2)),
                    inRows(node.inputs().get(3)));
        }
        Op same = op instanceof UnaryOp || op instanceof BinaryOp ? op : new ChannelOp.Pool(op);
        return Tensor.record(
                same,
                node.inputs().stream()
                        .map(in -> number(in) ? inRows(in) : inBlocks(in))
                        .toArray(Tensor[]::new));
    }

    private Tensor inBlocks(Tensor node) {
        return blocks.computeIfAbsent(node, n -> Tensor.record(new ChannelOp.ToBlocks(), rows(n)));
    }

    private Tensor inRows(Tensor node) {
        return rows.computeIfAbsent(node, n -> {
            Shape shape = n.shape();
            boolean whole = shape.dim(1) % Lanes.COUNT == 0 && shape.elements(2, shape.rank()) == 1;
            return Tensor.record(
                    whole ? new Reshape(shape) : new ChannelOp.ToRows(shape), Objects.requireNonNull(blocks.get(n)));
        });
    }

    private Tensor rows(Tensor node) {
        return Objects.requireNonNull(rows.get(node));
    }
}
