package org.skipjack.nn;

import java.util.List;
import org.skipjack.core.Tensor;

/**
 * Modules one after the other, named {@code 0}, {@code 1}, ...: each takes what the one before it gave.
 *
 * <pre>{@code
 * var net = new Sequential(new Flatten(), new Linear(784, 256), new Relu(), new Linear(256, 10));
 * }</pre>
 *
 * <p>Follows <a href="https://pytorch.org/docs/stable/generated/torch.nn.Sequential.html">torch.nn.Sequential</a>.
 */
public class Sequential extends Module {
    private final List<Module> modules;

    /** The modules in order; none gives the identity. */
    @SuppressWarnings("this-escape") // Registering a child is final and touches nothing of a subclass.
    public Sequential(Module... modules) {
        this.modules = List.of(modules);
        for (int i = 0; i < modules.length; i++) {
            child(Integer.toString(i), modules[i]);
        }
    }

    @Override
    public Tensor forward(Tensor x) {
        Tensor y = x;
        for (Module module : modules) {
            y = module.call(y);
        }
        return y;
    }

    /**
     * The module at a position.
     *
     * @throws IndexOutOfBoundsException if there is none
     */
    public final Module get(int index) {
        return modules.get(index);
    }

    /** Number of modules. */
    public final int size() {
        return modules.size();
    }
}
