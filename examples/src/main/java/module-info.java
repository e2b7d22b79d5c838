import org.skipjack.examples.LeNetBnScratch;
import org.skipjack.nn.models.ModelProvider;

/** The tutorial's chapters as programs. Open {@code org.skipjack.examples} first. */
module org.skipjack.examples {
    requires static org.jspecify;
    requires transitive org.skipjack.train;

    exports org.skipjack.examples;

    provides ModelProvider with
            LeNetBnScratch.Provider;
}
