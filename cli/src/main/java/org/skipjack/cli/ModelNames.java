package org.skipjack.cli;

import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import org.skipjack.nn.models.ModelProvider;
import org.skipjack.nn.models.Models;
import picocli.CommandLine.Model.CommandSpec;

/** The models that can be named, for help texts and completion. */
final class ModelNames implements Iterable<String> {

    @Override
    public Iterator<String> iterator() {
        return Models.all().stream().map(ModelProvider::name).iterator();
    }

    /** The model of that name; a name that there is not is wrong use. */
    static ModelProvider find(@Nullable CommandSpec command, String name) {
        try {
            return Models.find(name);
        } catch (IllegalArgumentException e) {
            throw WrongUse.of(command, String.valueOf(e.getMessage()));
        }
    }
}
