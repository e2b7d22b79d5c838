package org.skipjack.kernels;

import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessFlag;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * Writes the code of a kernel whose sizes are constants: one hidden class for each kernel and shape. With the sizes known
 * the compiler folds addresses into instructions, joins bounds checks and keeps short loops unrolled; the same loops over
 * sizes in variables run at two thirds of the speed (docs/benchmarks.md).
 */
final class VectorCode {
    private static final ClassDesc VECTOR = ClassDesc.of("jdk.incubator.vector.Vector");
    private static final ClassDesc FLOAT_VECTOR = ClassDesc.of("jdk.incubator.vector.FloatVector");
    private static final ClassDesc SPECIES = ClassDesc.of("jdk.incubator.vector.VectorSpecies");
    private static final ClassDesc OUR_SPECIES = ClassDesc.of("org.skipjack.kernels.Species");
    private static final ClassDesc FLOATS = CD_float.arrayType();
    private static final MethodTypeDesc LOAD = MethodTypeDesc.of(FLOAT_VECTOR, SPECIES, FLOATS, CD_int);
    private static final MethodTypeDesc BROADCAST = MethodTypeDesc.of(FLOAT_VECTOR, SPECIES, CD_float);
    private static final MethodTypeDesc ZERO = MethodTypeDesc.of(FLOAT_VECTOR, SPECIES);
    private static final MethodTypeDesc FMA = MethodTypeDesc.of(FLOAT_VECTOR, VECTOR, VECTOR);
    private static final MethodTypeDesc BINARY = MethodTypeDesc.of(FLOAT_VECTOR, VECTOR);
    private static final MethodTypeDesc STORE = MethodTypeDesc.of(CD_void, FLOATS, CD_int);

    private final CodeBuilder code;

    private VectorCode(CodeBuilder code) {
        this.code = code;
    }

    /**
     * An instance of a new class with one method {@code run}.
     *
     * @param type the interface that has that method and no other
     * @param parameters its parameters: int, or an array of floats
     * @param body writes the method; parameters are in the first slots after {@code this}
     */
    static <T> T instance(Class<T> type, MethodType parameters, Consumer<VectorCode> body) {
        var self = ClassDesc.of(type.getName() + "Code");
        byte[] bytes = ClassFile.of()
                .build(
                        self,
                        c -> c.withInterfaceSymbols(ClassDesc.of(type.getName()))
                                .withFlags(AccessFlag.FINAL)
                                .withMethodBody(
                                        ConstantDescs.INIT_NAME,
                                        ConstantDescs.MTD_void,
                                        0,
                                        m -> m.aload(0)
                                                .invokespecial(
                                                        ConstantDescs.CD_Object,
                                                        ConstantDescs.INIT_NAME,
                                                        ConstantDescs.MTD_void)
                                                .return_())
                                .withMethodBody(
                                        "run",
                                        parameters.describeConstable().orElseThrow(),
                                        ClassFile.ACC_PUBLIC,
                                        m -> {
                                            body.accept(new VectorCode(m));
                                            m.return_();
                                        }));
        try {
            var hidden = MethodHandles.lookup().defineHiddenClass(bytes, true);
            var constructor = hidden.findConstructor(hidden.lookupClass(), MethodType.methodType(void.class));
            return type.cast(constructor.invoke());
        } catch (Throwable e) {
            throw new IllegalStateException("cannot define the kernel " + self.displayName(), e);
        }
    }

    /** A new vector variable, zero. */
    int zero() {
        code.getstatic(OUR_SPECIES, "F", SPECIES).invokestatic(FLOAT_VECTOR, "zero", ZERO);
        return stored();
    }

    /** A new vector variable: {@code array[index + offset ...]}. */
    int load(int array, int index, int offset) {
        code.getstatic(OUR_SPECIES, "F", SPECIES);
        address(array, index, offset);
        code.invokestatic(FLOAT_VECTOR, "fromArray", LOAD);
        return stored();
    }

    /** A new vector variable: {@code array[index + offset]} in all lanes. */
    int broadcast(int array, int index, int offset) {
        code.getstatic(OUR_SPECIES, "F", SPECIES);
        address(array, index, offset);
        code.faload().invokestatic(FLOAT_VECTOR, "broadcast", BROADCAST);
        return stored();
    }

    /** A new vector variable: a number in all lanes. */
    int constant(float number) {
        code.getstatic(OUR_SPECIES, "F", SPECIES)
                .loadConstant(number)
                .invokestatic(FLOAT_VECTOR, "broadcast", BROADCAST);
        return stored();
    }

    /** A new vector variable: a float variable in all lanes. */
    int spread(int number) {
        code.getstatic(OUR_SPECIES, "F", SPECIES).fload(number).invokestatic(FLOAT_VECTOR, "broadcast", BROADCAST);
        return stored();
    }

    /** A new vector variable: {@code a + b}. */
    int add(int a, int b) {
        return operation("add", a, b);
    }

    /** A new vector variable: {@code a - b}. */
    int subtract(int a, int b) {
        return operation("sub", a, b);
    }

    /** A new vector variable: {@code a * b}. */
    int multiply(int a, int b) {
        return operation("mul", a, b);
    }

    private int operation(String name, int a, int b) {
        code.aload(a).aload(b).invokevirtual(FLOAT_VECTOR, name, BINARY);
        return stored();
    }

    /** A new vector variable: {@code a * b + c}, rounded once. */
    int sum(int a, int b, int c) {
        code.aload(a).aload(b).aload(c).invokevirtual(FLOAT_VECTOR, "fma", FMA);
        return stored();
    }

    /** {@code sum = a * b + sum}. */
    void multiplyAdd(int sum, int a, int b) {
        code.aload(a)
                .aload(b)
                .aload(sum)
                .invokevirtual(FLOAT_VECTOR, "fma", FMA)
                .astore(sum);
    }

    /** {@code array[index + offset ...] = vector}. */
    void store(int vector, int array, int index, int offset) {
        code.aload(vector);
        address(array, index, offset);
        code.invokevirtual(FLOAT_VECTOR, "intoArray", STORE);
    }

    /** A new int variable: {@code index + offset}. */
    int offset(int index, int offset) {
        int slot = code.allocateLocal(TypeKind.INT);
        code.iload(index).loadConstant(offset).iadd().istore(slot);
        return slot;
    }

    /** A new int variable: a number. */
    int number(int value) {
        int slot = code.allocateLocal(TypeKind.INT);
        code.loadConstant(value).istore(slot);
        return slot;
    }

    /** A new int variable: the sum of two. */
    int plus(int a, int b) {
        int slot = code.allocateLocal(TypeKind.INT);
        code.iload(a).iload(b).iadd().istore(slot);
        return slot;
    }

    /** A new int variable: {@code start + index * stride}, which the compiler recognises as going with the loop. */
    int strided(int start, int index, int stride) {
        int slot = code.allocateLocal(TypeKind.INT);
        code.iload(start).iload(index).loadConstant(stride).imul().iadd().istore(slot);
        return slot;
    }

    /** A new int variable: {@code start + index * stride} with the stride in a variable. */
    int stridedBy(int start, int index, int stride) {
        int slot = code.allocateLocal(TypeKind.INT);
        code.iload(start).iload(index).iload(stride).imul().iadd().istore(slot);
        return slot;
    }

    /** Runs the body a constant number of times; it is given the variable that counts. */
    void repeat(int times, IntConsumer body) {
        int limit = code.allocateLocal(TypeKind.INT);
        code.loadConstant(times).istore(limit);
        loop(limit, body);
    }

    /** Runs the body as often as a variable says, perhaps never; it is given the variable that counts. */
    void loop(int times, IntConsumer body) {
        int i = code.allocateLocal(TypeKind.INT);
        code.iconst_0().istore(i);
        var end = code.newLabel();
        var head = code.newBoundLabel();
        code.iload(i).iload(times).if_icmpge(end);
        body.accept(i);
        code.iinc(i, 1).goto_(head).labelBinding(end);
    }

    private void address(int array, int index, int offset) {
        code.aload(array).iload(index);
        if (offset != 0) {
            code.loadConstant(offset).iadd();
        }
    }

    private int stored() {
        int slot = code.allocateLocal(TypeKind.REFERENCE);
        code.astore(slot);
        return slot;
    }
}
