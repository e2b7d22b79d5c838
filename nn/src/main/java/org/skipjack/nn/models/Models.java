package org.skipjack.nn.models;

import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** The nets that can be asked for by name: those that come along and those that other modules provide. */
public final class Models {
    private Models() {}

    /** All of them, by name. */
    public static List<ModelProvider> all() {
        return ServiceLoader.load(ModelProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing(ModelProvider::name))
                .toList();
    }

    /**
     * The net of that name.
     *
     * @throws IllegalArgumentException if there is none, listing the names there are
     */
    public static ModelProvider find(String name) {
        List<ModelProvider> all = all();
        return all.stream()
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no model \"" + name + "\"; there are "
                        + all.stream().map(ModelProvider::name).collect(Collectors.joining(", "))));
    }
}
