package org.skipjack.interop.onnx;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.skipjack.core.Buffer;
import org.skipjack.core.Parameter;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.nn.Module;

/**
 * A branch of the tree of a model's names: {@code layer1.0.conv1.weight} becomes variable {@code weight} of branch {@code
 * conv1} of branch {@code 0} of branch {@code layer1}, as in the module that it was exported from.
 */
class Scope extends Module {
    /** A name of more parts is no path of layers; each would be a level of recursion. */
    private static final int MOST_PARTS = 16;

    private final Map<String, Scope> branches = new HashMap<>();
    private final Set<String> taken = new HashSet<>();
    private final Map<String, Integer> suffixes = new HashMap<>();

    /** A branch is only where names live; the model computes. */
    @Override
    public Tensor forward(Tensor x) {
        return x;
    }

    /** A new parameter under that name, or one like it if that is taken. */
    final Parameter addParameter(String name, Shape shape) {
        Place place = place(name);
        return place.scope.parameter(place.name, shape);
    }

    /** A new buffer under that name, or one like it if that is taken. */
    final Buffer addBuffer(String name, Shape shape, boolean saved) {
        Place place = place(name);
        return place.scope.buffer(place.name, shape, saved);
    }

    /** A new layer under that name, or one like it if that is taken. */
    final <M extends Module> M addLayer(String name, M layer) {
        Place place = place(name);
        return place.scope.child(place.name, layer);
    }

    private record Place(Scope scope, String name) {}

    private Place place(String given) {
        String name = OnnxException.oneLine(given);
        String[] parts = name.split("\\.", -1);
        boolean path = parts.length <= MOST_PARTS;
        for (String part : parts) {
            path &= !part.isEmpty();
        }
        if (path && isFree(parts)) {
            Scope scope = this;
            for (int i = 0; i < parts.length - 1; i++) {
                scope = scope.branch(parts[i]);
            }
            scope.taken.add(parts[parts.length - 1]);
            return new Place(scope, parts[parts.length - 1]);
        }
        String flat = name.isEmpty() ? "unnamed" : name.replace('.', '_');
        String free = flat;
        while (branches.containsKey(free) || !taken.add(free)) {
            free = flat + "_" + suffixes.merge(flat, 1, Integer::sum);
        }
        return new Place(this, free);
    }

    private boolean isFree(String... parts) {
        Scope scope = this;
        for (int i = 0; i < parts.length - 1; i++) {
            if (scope.taken.contains(parts[i])) {
                return false;
            }
            Scope next = scope.branches.get(parts[i]);
            if (next == null) {
                return true;
            }
            scope = next;
        }
        String last = parts[parts.length - 1];
        return !scope.taken.contains(last) && !scope.branches.containsKey(last);
    }

    private Scope branch(String name) {
        return branches.computeIfAbsent(name, n -> child(n, new Scope()));
    }
}
