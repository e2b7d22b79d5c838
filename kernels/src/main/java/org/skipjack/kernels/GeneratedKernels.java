package org.skipjack.kernels;

import java.lang.classfile.ClassFile;
import java.lang.classfile.attribute.CodeAttribute;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The kernels that have been generated for shapes, with the bytes of their code. HotSpot leaves a method of more than
 * {@value #NEVER_COMPILED} bytes to the interpreter for good, where each vector is an object, and compiles some of those beyond
 * half of that badly.
 */
public final class GeneratedKernels {
    /** Most bytes of a method that HotSpot compiles, {@code HugeMethodLimit}. */
    public static final int NEVER_COMPILED = 8000;

    /** Most bytes that a kernel should have. */
    public static final int LARGEST = 4000;

    /**
     * One of them.
     *
     * @param name what it computes
     * @param bytes of bytecode of its method
     */
    public record Kernel(String name, int bytes) {}

    private record Generated(String name, byte[] type) {
        Kernel kernel() {
            int bytes = ClassFile.of().parse(type).methods().stream()
                    .filter(m -> m.methodName().equalsString("run"))
                    .mapToInt(m ->
                            m.code().map(c -> ((CodeAttribute) c).codeLength()).orElse(0))
                    .sum();
            return new Kernel(name, bytes);
        }
    }

    private static final Queue<Generated> ALL = new ConcurrentLinkedQueue<>();

    private GeneratedKernels() {}

    /** All that this process has, in the order in which they were generated. */
    public static List<Kernel> all() {
        return ALL.stream().map(Generated::kernel).toList();
    }

    static void add(String name, byte[] type) {
        ALL.add(new Generated(name, type));
    }
}
