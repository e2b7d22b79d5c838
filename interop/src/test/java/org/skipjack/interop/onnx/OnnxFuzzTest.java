package org.skipjack.interop.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damaged models, by the hundred thousand: each becomes a module or is refused in one line. */
class OnnxFuzzTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** More, and others, with {@code -Dskipjack.fuzz.inputs=1000000 -Dskipjack.fuzz.seed=100000}. */
    private static final int INPUTS = Integer.getInteger("skipjack.fuzz.inputs", 100_000);

    private static final long FIRST_SEED = Long.getLong("skipjack.fuzz.seed", 0);

    private static final List<byte[]> SEEDS = List.of(small(), resource("torch_lenet_bn.onnx"));

    /** Pieces that break parsers: empty messages, long lengths, numbers at the edges of their types. */
    private static final List<byte[]> PIECES = List.of(
            bytes("0a00"),
            bytes("ffffffff07"),
            bytes("ffffffffffffffffff01"),
            bytes("80808080808080808001"),
            bytes("808004"),
            bytes("00"),
            bytes("7a00"),
            bytes("0b0c"),
            "Conv".getBytes(StandardCharsets.US_ASCII),
            "Reshape".getBytes(StandardCharsets.US_ASCII),
            "x".getBytes(StandardCharsets.US_ASCII));

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static byte[] resource(String name) {
        try (var in = OnnxFuzzTest.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Little weight and many kinds of nodes, so that most damage hits the structure. */
    private static byte[] small() {
        var sketch = Sketch.of(2, 6, 5);
        sketch.then("Conv", List.of(sketch.weight(4, 1, 2, 2)), GraphWriter.number("group", 2));
        sketch.then(
                "BatchNormalization",
                List.of(sketch.weight(4), sketch.weight(4), sketch.weight(4), sketch.positive(4)));
        sketch.then("Clip", List.of(sketch.number(0), sketch.number(6)));
        sketch.then("Pad", List.of(sketch.wholes(0, 0, 1, 0, 0, 0, 0, 1)));
        sketch.then(
                "AveragePool",
                GraphWriter.numbers("kernel_shape", 2, 2),
                GraphWriter.numbers("pads", 0, 1, 1, 0),
                GraphWriter.number("ceil_mode", 1));
        sketch.then("Dropout").then("Transpose", GraphWriter.numbers("perm", 0, 3, 2, 1));
        sketch.then("ReduceMean", List.of(sketch.wholes(1)), GraphWriter.number("keepdims", 0));
        sketch.then("Reshape", List.of(sketch.wholes(0, -1)));
        sketch.then("Gemm", List.of(sketch.weight(24, 3))).then("Softmax");
        return sketch.model(2).toByteArray();
    }

    @Test
    void importsOrRefusesAHundredThousandDamagedModels() {
        Map<Boolean, Integer> outcomes = new HashMap<>();
        long most = 0;
        SEEDS.forEach(OnnxImport::of);
        for (int i = 0; i < INPUTS; i++) {
            byte[] input = damaged(new Random(FIRST_SEED + i));
            boolean accepted = true;
            long before = THREADS.getCurrentThreadAllocatedBytes();
            try {
                OnnxImport.of(input);
            } catch (OnnxException e) {
                accepted = false;
                if (!isOneClearLine(String.valueOf(e.getMessage()))) {
                    throw new AssertionError("seed " + (FIRST_SEED + i) + ": " + e.getMessage(), e);
                }
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + (FIRST_SEED + i), e);
            }
            most = Math.max(most, THREADS.getCurrentThreadAllocatedBytes() - before);
            outcomes.merge(accepted, 1, Integer::sum);
        }
        // All that was allocated on the way, garbage included; 3.5 MB was the most for these files of up to 4 kB.
        assertThat(most).isLessThan(8 << 20);
        // Damage to names and weights leaves a model; damage to structure is refused. Both ways are walked.
        assertThat(outcomes.getOrDefault(true, 0)).isGreaterThan(INPUTS / 20);
        assertThat(outcomes.getOrDefault(false, 0)).isGreaterThan(INPUTS / 4);
    }

    private static boolean isOneClearLine(String message) {
        return message.startsWith("model: ")
                && message.length() < 1500
                && message.chars().noneMatch(c -> c < ' ' || c == 0x85 || c == 0x2028 || c == 0x2029);
    }

    private static byte[] damaged(Random random) {
        byte[] file = SEEDS.get(random.nextInt(SEEDS.size())).clone();
        int strokes = 1 + random.nextInt(3);
        for (int i = 0; i < strokes; i++) {
            file = stroke(file, random);
        }
        return file;
    }

    private static byte[] stroke(byte[] file, Random random) {
        if (file.length == 0) {
            return file;
        }
        int at = random.nextInt(file.length);
        int length = Math.min(1 + random.nextInt(12), file.length - at);
        return switch (random.nextInt(6)) {
            case 0 -> {
                file[at] ^= (byte) (1 << random.nextInt(8));
                yield file;
            }
            case 1 -> {
                file[at] = (byte) random.nextInt(256);
                yield file;
            }
            case 2 -> splice(file, at, at + length, new byte[0]);
            case 3 -> splice(file, at, at, Arrays.copyOfRange(file, at, at + length));
            case 4 -> splice(file, at, at + random.nextInt(length + 1), PIECES.get(random.nextInt(PIECES.size())));
            default -> random.nextInt(8) == 0 ? Arrays.copyOf(file, at) : overwrite(file, at, random);
        };
    }

    /** A piece written over what is there, so that all lengths still fit. */
    private static byte[] overwrite(byte[] file, int at, Random random) {
        byte[] piece = PIECES.get(random.nextInt(PIECES.size()));
        System.arraycopy(piece, 0, file, at, Math.min(piece.length, file.length - at));
        return file;
    }

    private static byte[] splice(byte[] file, int from, int to, byte[] piece) {
        return ByteBuffer.allocate(file.length - (to - from) + piece.length)
                .put(file, 0, from)
                .put(piece)
                .put(file, to, file.length - to)
                .array();
    }
}
