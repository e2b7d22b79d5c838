import org.skipjack.nn.models.LeNet;
import org.skipjack.nn.models.LeNetBn;
import org.skipjack.nn.models.ModelProvider;
import org.skipjack.nn.models.PreactResNet18;
import org.skipjack.nn.models.ResNet18;
import org.skipjack.nn.models.ResNetProvider;

/** Layers, initialisers, losses, optimisers and models. Open {@code org.skipjack.nn} first. */
module org.skipjack.nn {
    requires static org.jspecify;
    requires transitive org.skipjack.core;

    exports org.skipjack.nn;
    exports org.skipjack.nn.models;

    uses ModelProvider;

    provides ModelProvider with
            LeNet.Provider,
            LeNetBn.Provider,
            PreactResNet18.Provider,
            ResNet18.Provider,
            ResNetProvider.Layers18,
            ResNetProvider.Layers34,
            ResNetProvider.Layers50,
            ResNetProvider.Layers101,
            ResNetProvider.Layers152;
}
