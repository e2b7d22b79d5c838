/** Layers, initialisers, losses, optimisers and models. Open {@code org.skipjack.nn} first. */
module org.skipjack.nn {
    requires static org.jspecify;
    requires transitive org.skipjack.core;
}
