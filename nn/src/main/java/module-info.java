import org.skipjack.nn.models.LeNet;
import org.skipjack.nn.models.LeNetBn;
import org.skipjack.nn.models.ModelProvider;

/** Layers, initialisers, losses, optimisers and models. Open {@code org.skipjack.nn} first. */
module org.skipjack.nn {
    requires static org.jspecify;
    requires transitive org.skipjack.core;

    exports org.skipjack.nn;
    exports org.skipjack.nn.models;

    uses ModelProvider;

    provides ModelProvider with
            LeNet.Provider,
            LeNetBn.Provider;
}
