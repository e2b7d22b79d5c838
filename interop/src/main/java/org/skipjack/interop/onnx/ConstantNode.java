package org.skipjack.interop.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.Optional;

/** Nodes that are nothing but numbers: constants, in their five ways of writing them, and numbers of another type. */
final class ConstantNode {
    private ConstantNode() {}

    /** Its numbers as a tensor. */
    static TensorProto tensor(Attributes attributes) {
        Optional<TensorProto> tensor = attributes.tensor("value");
        if (tensor.isPresent()) {
            return tensor.get();
        }
        var made = TensorProto.newBuilder();
        if (attributes.has("value_float")) {
            return made.setDataType(DataType.FLOAT.getNumber())
                    .addFloatData(attributes.number("value_float", 0))
                    .build();
        }
        if (attributes.has("value_int")) {
            return made.setDataType(DataType.INT64.getNumber())
                    .addInt64Data(attributes.whole("value_int", 0))
                    .build();
        }
        Optional<float[]> floats = attributes.floats("value_floats");
        if (floats.isPresent()) {
            made.setDataType(DataType.FLOAT.getNumber()).addDims(floats.get().length);
            for (float value : floats.get()) {
                made.addFloatData(value);
            }
            return made.build();
        }
        Optional<int[]> wholes = attributes.list("value_ints");
        if (wholes.isPresent()) {
            made.setDataType(DataType.INT64.getNumber()).addDims(wholes.get().length);
            for (int value : wholes.get()) {
                made.addInt64Data(value);
            }
            return made.build();
        }
        throw new IllegalArgumentException(
                "has no numbers, expected value, value_float, value_floats, value_int or value_ints");
    }

    /** Numbers as another type; between types of floats they stay what they are, state included. */
    static Values cast(Values values, Attributes attributes) {
        DataType type = Values.typeOf(attributes.whole("to", 0));
        attributes.ignore("saturate");
        return switch (type) {
            case FLOAT, FLOAT16, BFLOAT16, DOUBLE -> values.isFloat() ? values : toFloats(values);
            case INT64, INT32 -> values.isFloat() ? toWholes(values) : values;
            default ->
                throw new IllegalArgumentException("casts to " + type + ", supported are floats and whole numbers");
        };
    }

    private static Values toFloats(Values values) {
        var made = made(values, DataType.FLOAT);
        for (long value : values.fewLongs()) {
            made.addFloatData((float) value);
        }
        return new Values(values.name(), false, made.build());
    }

    private static Values toWholes(Values values) {
        var made = made(values, DataType.INT64);
        for (float value : values.fewFloats()) {
            made.addInt64Data((long) value);
        }
        return new Values(values.name(), false, made.build());
    }

    private static TensorProto.Builder made(Values values, DataType type) {
        var made = TensorProto.newBuilder().setDataType(type.getNumber());
        for (int extent : values.shape().dims()) {
            made.addDims(extent);
        }
        return made;
    }
}
