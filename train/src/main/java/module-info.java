import org.skipjack.train.exchange.ExportFormat;
import org.skipjack.train.exchange.ModelReader;
import org.skipjack.train.exchange.SafetensorsFormat;

/** Data sets, loading, metrics, checkpoints and the training loop. Open {@code org.skipjack.train} first. */
module org.skipjack.train {
    requires static org.jspecify;
    requires transitive org.skipjack.nn;
    requires transitive java.desktop;
    requires java.net.http;

    exports org.skipjack.train;
    exports org.skipjack.train.checkpoint;
    exports org.skipjack.train.data;
    exports org.skipjack.train.exchange;
    exports org.skipjack.train.file;
    exports org.skipjack.train.predict;
    exports org.skipjack.train.run;
    exports org.skipjack.train.safetensors;

    uses ExportFormat;
    uses ModelReader;

    provides ExportFormat with
            SafetensorsFormat;
}
