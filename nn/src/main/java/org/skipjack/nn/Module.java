package org.skipjack.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.skipjack.core.Buffer;
import org.skipjack.core.Device;
import org.skipjack.core.Parameter;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;
import org.skipjack.core.Variable;

/**
 * A layer or a net: parameters, buffers and child modules under names, and the expression that {@link #forward} builds
 * from them.
 *
 * <p>Variables carry PyTorch's dotted paths: the weight of the first layer of a {@link Sequential} is {@code 0.weight}.
 * A module of one's own registers what it has in its constructor and calls its children with {@link #call}:
 *
 * <pre>{@code
 * final class Residual extends Module {
 *     private final Conv2d conv = child("conv", new Conv2d(64, 64, Conv2d.kernel(3).padding(1)));
 *
 *     public Tensor forward(Tensor x) {
 *         return conv.call(x).add(x).relu();
 *     }
 * }
 * }</pre>
 *
 * <p>Follows <a href="https://pytorch.org/docs/stable/generated/torch.nn.Module.html">torch.nn.Module</a>.
 */
@SuppressWarnings("JavaLangClash") // The field's name for it; java.lang.Module is not used here.
public abstract class Module {
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();
    private final Map<String, Buffer> buffers = new LinkedHashMap<>();
    private final Set<String> unsaved = new TreeSet<>();
    private final Map<String, Module> children = new LinkedHashMap<>();
    private String name = "";
    private String path = "";
    private boolean training = true;

    /** For subclasses; a module starts in training mode. */
    protected Module() {}

    /**
     * The module's expression.
     *
     * @throws ShapeMismatchException if the input does not fit
     */
    public abstract Tensor forward(Tensor x);

    /**
     * {@link #forward}, as a module calls its children: an error of shapes gets this child's name, so that it reads
     * {@code [conv2d] at layer1.0.conv2: ...}, and {@link Summary} sees the layer.
     */
    public final Tensor call(Tensor x) {
        try {
            Tensor y = forward(x);
            ForwardTrace.record(this, x, y);
            return y;
        } catch (ShapeMismatchException e) {
            throw name.isEmpty() ? e : e.within(name);
        }
    }

    /** Registers a parameter of zeros. */
    protected final Parameter parameter(String name, Shape shape) {
        var parameter = new Parameter(qualified(name), shape);
        parameters.put(name, parameter);
        return parameter;
    }

    /** Registers a buffer of zeros, part of the state that is saved. */
    protected final Buffer buffer(String name, Shape shape) {
        return buffer(name, shape, true);
    }

    /** Registers a buffer of zeros; one that is not {@code saved} is absent from {@link #stateDict}. */
    protected final Buffer buffer(String name, Shape shape, boolean saved) {
        var buffer = new Buffer(qualified(name), shape);
        buffers.put(name, buffer);
        if (!saved) {
            unsaved.add(name);
        }
        return buffer;
    }

    /**
     * Registers a child, whose variables are renamed to their path in this module.
     *
     * @return the child
     * @throws IllegalArgumentException if the name is taken or the child is part of a module already
     */
    protected final <M extends Module> M child(String name, M child) {
        String childPath = qualified(name);
        Module module = child;
        if (!module.name.isEmpty()) {
            throw new IllegalArgumentException("a " + child + " cannot become child " + name + " of a " + kind()
                    + ": it is already part of a module, as " + module.name + "; make a second one");
        }
        children.put(name, child);
        module.name = name;
        module.relocate(childPath);
        return child;
    }

    private String qualified(String name) {
        if (name.isEmpty() || name.contains(".")) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" is no name for a part of a " + kind() + ": a name has no dots and is not empty");
        }
        if (parameters.containsKey(name) || buffers.containsKey(name) || children.containsKey(name)) {
            throw new IllegalArgumentException("a " + kind() + " has a part named " + name + " already");
        }
        return path.isEmpty() ? name : path + "." + name;
    }

    private void relocate(String newPath) {
        path = newPath;
        parameters.forEach((local, variable) -> variable.rename(newPath + "." + local));
        buffers.forEach((local, variable) -> variable.rename(newPath + "." + local));
        children.forEach((local, module) -> module.relocate(newPath + "." + local));
    }

    /** Dotted path from the outermost module, empty for that one itself. */
    public final String path() {
        return path;
    }

    /** Training mode for this module and all below: batch statistics, dropout. */
    public final Module train() {
        return train(true);
    }

    /** Evaluation mode for this module and all below: running statistics, no dropout. */
    public final Module eval() {
        return train(false);
    }

    /** Training or evaluation mode for this module and all below. */
    public final Module train(boolean mode) {
        return apply(module -> module.training(mode));
    }

    /** Sets the mode of this module alone. */
    final void training(boolean mode) {
        training = mode;
    }

    /** Whether the module is in training mode. */
    public final boolean isTraining() {
        return training;
    }

    /** Gives every module below, then this one, to the action; as in {@code net.apply(Init.xavierWeights(random))}. */
    public final Module apply(Consumer<? super Module> action) {
        children.values().forEach(child -> child.apply(action));
        action.accept(this);
        return this;
    }

    /**
     * Draws all initial values anew, in the order of {@link #apply}, in which PyTorch's are drawn when a net is made layer by
     * layer: the same net from a generator of the same seed has the same bits. A new layer draws its values from seed 0, so a
     * net that is never reset is reproducible too.
     */
    public final Module reset(RandomGenerator random) {
        return apply(module -> module.resetParameters(random));
    }

    /** Draws the initial values of this module's own parameters; layers that have some override it. */
    protected void resetParameters(RandomGenerator random) {}

    /** The direct children in order. */
    public final List<Module> children() {
        return List.copyOf(children.values());
    }

    /** The direct children by name, in order. */
    public final Map<String, Module> namedChildren() {
        return Collections.unmodifiableMap(children);
    }

    /** All parameters, own before children's, in order of registration. */
    public final List<Parameter> parameters() {
        var all = new ArrayList<Parameter>();
        collectParameters(all);
        return Collections.unmodifiableList(all);
    }

    private void collectParameters(List<Parameter> all) {
        all.addAll(parameters.values());
        children.values().forEach(child -> child.collectParameters(all));
    }

    /** Number of learnt values. */
    public final long parameterCount() {
        return parameters().stream().mapToLong(p -> p.shape().elements()).sum();
    }

    /** Parameters and saved buffers by name relative to this module, in PyTorch's order; the variables themselves. */
    public final Map<String, Variable> stateDict() {
        return collectVariables(false);
    }

    /** What {@link #stateDict} holds and the buffers that are not saved, such as a dropout's counter. */
    public final Map<String, Variable> variables() {
        return collectVariables(true);
    }

    private Map<String, Variable> collectVariables(boolean all) {
        var found = new LinkedHashMap<String, Variable>();
        collectVariables("", all, found);
        return Collections.unmodifiableMap(found);
    }

    private void collectVariables(String prefix, boolean all, Map<String, Variable> found) {
        parameters.forEach((local, variable) -> found.put(prefix + local, variable));
        buffers.forEach((local, variable) -> {
            if (all || !unsaved.contains(local)) {
                found.put(prefix + local, variable);
            }
        });
        children.forEach((local, child) -> child.collectVariables(prefix + local + ".", all, found));
    }

    /**
     * Copies values in, such as those of another module's {@link #stateDict} or of a file.
     *
     * @param state a tensor for each name of {@link #stateDict}, of the same shape
     * @throws StateDictException naming every key that is missing, unexpected or of another shape; nothing is copied
     */
    public final void loadStateDict(Map<String, ? extends Tensor> state) {
        StateDict.load(toString(), stateDict(), state);
    }

    /**
     * As {@link #loadStateDict}, with a tensor for each name of {@link #variables}: how a training goes on exactly.
     *
     * @throws StateDictException naming every key that is missing, unexpected or of another shape; nothing is copied
     */
    public final void loadVariables(Map<String, ? extends Tensor> values) {
        StateDict.load(toString(), variables(), values);
    }

    /** Moves all variables to the device on which expressions are then computed. */
    public final Module to(Device device) {
        variables().values().forEach(variable -> variable.to(device));
        return this;
    }

    /** The kind of module, {@code Conv2d}. */
    @Override
    public String toString() {
        return kind();
    }

    private String kind() {
        return getClass().getSimpleName();
    }
}
