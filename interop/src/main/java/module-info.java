import org.skipjack.interop.onnx.OnnxFormat;
import org.skipjack.train.exchange.ExportFormat;
import org.skipjack.train.exchange.ModelReader;

/** Models of other systems. Open {@code org.skipjack.interop.onnx} first. */
@SuppressWarnings("requires-automatic") // ONNX's schema and protobuf have no module descriptor, only names that stay.
module org.skipjack.interop {
    requires static org.jspecify;
    requires transitive org.skipjack.train;
    requires com.google.protobuf;
    requires org.tribuo.util.onnx;

    exports org.skipjack.interop.onnx;

    provides ExportFormat with
            OnnxFormat;
    provides ModelReader with
            OnnxFormat;
}
