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
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * Writes the code of a kernel whose sizes are constants: one hidden class for each kernel and shape. With the sizes known
 * the compiler folds addresses into instructions, joins bounds checks and keeps short loops unrolled; the same loops over
 * sizes in variables run at two thirds of the speed (docs/benchmarks.md).
 */
final class VectorCode {
    private static final ClassDesc VAR_HANDLE = ClassDesc.of("java.lang.invoke.VarHandle");
    private static final ClassDesc MATH = ClassDesc.of("java.lang.Math");
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
    private static final MethodTypeDesc WITH_NUMBER = MethodTypeDesc.of(FLOAT_VECTOR, CD_float);
    private static final MethodTypeDesc STORE = MethodTypeDesc.of(CD_void, FLOATS, CD_int);

    private static final MethodTypeDesc MIN = MethodTypeDesc.of(CD_int, CD_int, CD_int);
    private static final String MOST = "most";

    /** Loops over constants up to this are left to the compiler to unroll; the counts of longer ones can be cut short. */
    private static final int SHORT = 16;

    /** An interface and the code of a class that implements it. */
    private record Written(Class<?> type, ByteBuffer code) {}

    private static final Map<Written, Object> KNOWN = new ConcurrentHashMap<>();

    private final CodeBuilder code;
    private final ClassDesc self;
    private final BitSet counts = new BitSet();
    private final BitSet factors = new BitSet();
    private final Map<Integer, Integer> rounds = new HashMap<>();
    private int repeated = 1;
    private int operations;
    private long reach;

    private VectorCode(CodeBuilder code, ClassDesc self) {
        this.code = code;
        this.self = self;
    }

    /**
     * An instance of a class with one method {@code run}: a new class unless one with the same code is there already. It
     * joins the {@link ColdKernels}, and the {@link GeneratedKernels} with its size.
     *
     * @param name what it computes, for people
     * @param type the interface that has that method and no other
     * @param parameters its parameters: int, or an array of floats
     * @param body writes the method; parameters are in the first slots after {@code this}
     */
    static <T> T instance(String name, Class<T> type, MethodType parameters, Consumer<VectorCode> body) {
        var written = new VectorCode[1];
        var self = ClassDesc.of(type.getName() + "Code");
        byte[] bytes = write(self, type, parameters, m -> {
            var code = new VectorCode(m, self);
            body.accept(code);
            written[0] = code;
        });
        return type.cast(KNOWN.computeIfAbsent(new Written(type, ByteBuffer.wrap(bytes)), k -> {
            GeneratedKernels.add(name, bytes);
            return define(bytes, type, parameters, written[0]);
        }));
    }

    /** The constructor takes the largest number of rounds of a loop that {@link #repeat} writes. */
    private static byte[] write(ClassDesc self, Class<?> type, MethodType parameters, Consumer<CodeBuilder> body) {
        var construct = MethodTypeDesc.of(CD_void, CD_int);
        return ClassFile.of()
                .build(
                        self,
                        c -> c.withInterfaceSymbols(ClassDesc.of(type.getName()))
                                .withFlags(AccessFlag.FINAL)
                                .withField(MOST, CD_int, ClassFile.ACC_FINAL)
                                .withMethodBody(
                                        ConstantDescs.INIT_NAME,
                                        construct,
                                        0,
                                        m -> m.aload(0)
                                                .invokespecial(
                                                        ConstantDescs.CD_Object,
                                                        ConstantDescs.INIT_NAME,
                                                        ConstantDescs.MTD_void)
                                                .aload(0)
                                                .iload(1)
                                                .putfield(self, MOST, CD_int)
                                                .return_())
                                .withMethodBody(
                                        "run",
                                        parameters.describeConstable().orElseThrow(),
                                        ClassFile.ACC_PUBLIC,
                                        m -> {
                                            body.accept(m);
                                            m.return_();
                                        }));
    }

    private static Object define(byte[] bytes, Class<?> type, MethodType parameters, VectorCode code) {
        try {
            var hidden = MethodHandles.lookup().defineHiddenClass(bytes, true);
            var constructor =
                    hidden.findConstructor(hidden.lookupClass(), MethodType.methodType(void.class, int.class));
            var cold = new ColdKernels.Cold(type, parameters, constructor.invoke(ColdKernels.ROUNDS));
            ColdKernels.add(cold, code.counts, code.factors, code.reach, code.operations);
            return constructor.invoke(Integer.MAX_VALUE);
        } catch (Throwable e) {
            throw new IllegalStateException("cannot define the kernel " + type.getSimpleName(), e);
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

    /** A new vector variable: the larger of {@code a} and 0. */
    int positive(int a) {
        code.aload(a).loadConstant(0f).invokevirtual(FLOAT_VECTOR, "max", WITH_NUMBER);
        return stored();
    }

    /** A new vector variable: {@code a * b + c}, rounded once. */
    int sum(int a, int b, int c) {
        code.aload(a).aload(b).aload(c).invokevirtual(FLOAT_VECTOR, "fma", FMA);
        return stored();
    }

    /** {@code sum = a * b + sum}. */
    void multiplyAdd(int sum, int a, int b) {
        operations += repeated;
        code.aload(a)
                .aload(b)
                .aload(sum)
                .invokevirtual(FLOAT_VECTOR, "fma", FMA)
                .astore(sum);
    }

    /**
     * Nothing that follows is loaded before this. With 32 registers there is mostly no need, and nothing is written; with 16 the
     * compiler would load early what it has no register for until it is used. The fence is no instruction on x86, which keeps loads
     * in order anyway.
     */
    void inOrder() {
        inOrder(false);
    }

    /** The same, on x86 with 32 registers too if that is {@code wanted}. */
    void inOrder(boolean wanted) {
        if (Simd.FEW_REGISTERS || (wanted && Simd.X86)) {
            code.invokestatic(VAR_HANDLE, "loadLoadFence", ConstantDescs.MTD_void);
        }
    }

    /** {@code array[index + offset ...] = vector}. */
    void store(int vector, int array, int index, int offset) {
        code.aload(vector);
        address(array, index, offset);
        code.invokevirtual(FLOAT_VECTOR, "intoArray", STORE);
    }

    /** A new int variable: {@code index + offset}. */
    int offset(int index, int offset) {
        reaches(offset);
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

    /** A new int variable: how many of {@code all} are in portion {@code index} of those of {@code most}. */
    int portion(int all, int index, int most) {
        int slot = code.allocateLocal(TypeKind.INT);
        code.loadConstant(all).iload(index).loadConstant(most).imul().isub();
        code.loadConstant(most).invokestatic(MATH, "min", MIN).istore(slot);
        return slot;
    }

    /** A new int variable: the sum of two. */
    int plus(int a, int b) {
        factors.set(b);
        int slot = code.allocateLocal(TypeKind.INT);
        code.iload(a).iload(b).iadd().istore(slot);
        return slot;
    }

    /** A new int variable: {@code start + index * stride}, which the compiler recognises as going with the loop. */
    int strided(int start, int index, int stride) {
        factors.set(index);
        reaches((long) stride * rounds.getOrDefault(index, 1));
        int slot = code.allocateLocal(TypeKind.INT);
        code.iload(start).iload(index).loadConstant(stride).imul().iadd().istore(slot);
        return slot;
    }

    /** A new int variable: {@code start + index * stride} with the stride in a variable. */
    int stridedBy(int start, int index, int stride) {
        factors.set(index);
        factors.set(stride);
        int slot = code.allocateLocal(TypeKind.INT);
        code.iload(start).iload(index).iload(stride).imul().iadd().istore(slot);
        return slot;
    }

    /** Runs the body a constant number of times; it is given the variable that counts. */
    void repeat(int times, IntConsumer body) {
        if (times == 0) {
            return;
        }
        int limit = code.allocateLocal(TypeKind.INT);
        code.loadConstant(times);
        if (times > SHORT) {
            code.aload(0).getfield(self, MOST, CD_int).invokestatic(MATH, "min", MIN);
        }
        code.istore(limit);
        loop(limit, times > SHORT ? ColdKernels.ROUNDS : times, body);
    }

    /** Runs the body as often as a variable says, perhaps never; it is given the variable that counts. */
    void loop(int times, IntConsumer body) {
        counts.set(times);
        loop(times, ColdKernels.ROUNDS, body);
    }

    /** The same, {@code cold} times when a cold kernel is warmed. */
    private void loop(int times, int cold, IntConsumer body) {
        int before = repeated;
        repeated *= cold;
        int i = code.allocateLocal(TypeKind.INT);
        rounds.put(i, cold);
        code.iconst_0().istore(i);
        var after = code.newLabel();
        var head = code.newBoundLabel();
        code.iload(i).iload(times).if_icmpge(after);
        body.accept(i);
        code.iinc(i, 1).goto_(head).labelBinding(after);
        repeated = before;
    }

    private void reaches(long offset) {
        reach = Math.max(reach, Math.abs(offset));
    }

    private void address(int array, int index, int offset) {
        reaches(offset);
        code.aload(array).iload(index);
        if (offset != 0) {
            code.loadConstant(offset).iadd();
        }
    }

    private int stored() {
        operations += repeated;
        int slot = code.allocateLocal(TypeKind.REFERENCE);
        code.astore(slot);
        return slot;
    }
}
