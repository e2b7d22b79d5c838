package org.skipjack.interop.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Map;
import java.util.TreeMap;

/** The kinds of nodes that can be imported, by ONNX's names. */
final class NodeKinds {
    /** Reads a node's attributes and operands and gives the rule that computes it. */
    interface Kind {
        /**
         * The rule.
         *
         * @throws IllegalArgumentException if the node asks for something that is not supported
         */
        OnnxModule.Rule prepare(Node node);
    }

    private static final Map<String, Kind> KINDS = kinds();

    private NodeKinds() {}

    private static Map<String, Kind> kinds() {
        var kinds = new TreeMap<String, Kind>();
        ElementwiseNodes.register(kinds);
        LayerNodes.register(kinds);
        PoolNodes.register(kinds);
        ShapeNodes.register(kinds);
        ReductionNodes.register(kinds);
        return kinds;
    }

    static Kind find(NodeProto node) {
        Kind kind = KINDS.get(node.getOpType());
        boolean standard = node.getDomain().isEmpty() || node.getDomain().equals("ai.onnx");
        if (kind == null || !standard) {
            throw new IllegalArgumentException("operator " + OnnxException.quote(node.getOpType())
                    + (standard ? "" : " of domain " + OnnxException.quote(node.getDomain()))
                    + " is not supported, supported are Constant, " + String.join(", ", KINDS.keySet()));
        }
        return kind;
    }
}
