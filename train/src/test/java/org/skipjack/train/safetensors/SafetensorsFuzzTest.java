package org.skipjack.train.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Damaged files, by the hundred thousand: each is either read completely or refused in one line, in bounded memory.
 *
 * <p>The property {@code skipjack.fuzz.inputs} asks for more of them, {@code skipjack.fuzz.seed} for others.
 */
class SafetensorsFuzzTest {

    private static final int INPUTS = Integer.getInteger("skipjack.fuzz.inputs", 100_000);
    private static final long FIRST_SEED = Long.getLong("skipjack.fuzz.seed", 0);

    /**
     * What a damaged file may cost beyond twice its size, once as bytes and once as numbers: objects of the header and of
     * the message, and the strings they are made of.
     */
    private static final long ALLOWED_BYTES = 256 << 10;

    /** The first inputs also load classes and link string concatenations. */
    private static final int UNMEASURED = 2_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final List<byte[]> SEEDS = List.of(
            headerOfPyTorchsFile(),
            Bytes.file("{}      ", 0),
            Bytes.file(Bytes.I32_2X2, 16),
            Bytes.file(
                    "{\"__metadata__\":{\"format\":\"pt\",\"\\u00e9\\n\":\"\\ud83d\\ude00\"},"
                            + Bytes.tensor("bn.num_batches_tracked", "I64", "[]", "[0,8]") + ","
                            + Bytes.tensor("conv.weight", "F32", "[2,1,1,2]", "[8,24]") + ","
                            + Bytes.tensor("half", "F16", "[3]", "[24,30]") + ","
                            + Bytes.tensor("brain", "BF16", "[1]", "[30,32]") + ","
                            + Bytes.tensor("none", "F64", "[0,3]", "[32,32]") + "}",
                    32));

    /** Pieces that break parsers: numbers at the edges of their types, structure, and bytes that are no UTF-8. */
    private static final List<byte[]> PIECES = List.of(
            ascii("0"),
            ascii("-1"),
            ascii("1e9"),
            ascii("2147483648"),
            ascii("4294967296"),
            ascii("9223372036854775807"),
            ascii("18446744073709551616"),
            ascii("[[[["),
            ascii("{\"a\":{"),
            ascii("\"shape\":[],"),
            ascii("\"data_offsets\":[0,0]"),
            ascii("\"__metadata__\":{}"),
            ascii("\\ud800"),
            ascii("NaN"),
            ascii(","),
            ascii("}"),
            new byte[] {(byte) 0xc0, (byte) 0x80},
            new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
            new byte[] {0, 0, 0, 0});

    @Test
    void readsOrRefusesAHundredThousandDamagedFiles() {
        int accepted = 0;
        int refused = 0;
        for (long i = FIRST_SEED; i < FIRST_SEED + INPUTS; i++) {
            byte[] input = damaged(new Random(i));
            long before = THREADS.getCurrentThreadAllocatedBytes();
            try {
                readEverything(Bytes.read(input), input.length);
                accepted++;
            } catch (SafetensorsException e) {
                requireEqual(isOneClearLine(String.valueOf(e.getMessage())), true);
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + i + ": " + Arrays.toString(input), e);
            }
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            if (i >= FIRST_SEED + UNMEASURED && allocated > 2L * input.length + ALLOWED_BYTES) {
                throw new AssertionError("seed " + i + ": " + allocated + " bytes for a file of " + input.length);
            }
        }
        // Mostly refusals, yet enough survivors (damaged data, names, padding) that the accepting path is exercised
        // too.
        assertThat(accepted).isGreaterThan(INPUTS / 20);
        assertThat(refused).isGreaterThan(INPUTS / 2);
    }

    private static void readEverything(SafetensorsFile file, int fileBytes) {
        long dataBytes = 0;
        for (String name : file.names()) {
            int elements = Arrays.stream(file.shape(name)).reduce(1, Math::multiplyExact);
            dataBytes += (long) elements * file.dtype(name).bytes();
            switch (file.dtype(name)) {
                case F32, F16, BF16, F64 -> requireEqual(file.floats(name).length, elements);
                case I64, I32, U8 -> requireEqual(file.longs(name).length, elements);
                default -> requireEqual(file.contains(name), true);
            }
        }
        requireEqual(dataBytes < fileBytes, true);
    }

    // AssertJ builds a description for each call, which would cost most of this test's time.
    private static void requireEqual(Object actual, Object expected) {
        if (!actual.equals(expected)) {
            throw new AssertionError(actual + " instead of " + expected);
        }
    }

    private static boolean isOneClearLine(String message) {
        return message.startsWith("memory.safetensors: ")
                && message.contains("; expected ")
                && message.length() < 500
                && message.chars().noneMatch(c -> c < ' ' || c == 0x85 || c == 0x2028 || c == 0x2029);
    }

    private static byte[] damaged(Random random) {
        byte[] seed = SEEDS.get(random.nextInt(SEEDS.size()));
        byte[] file = seed.clone();
        int strokes = 1 + random.nextInt(3);
        for (int i = 0; i < strokes; i++) {
            file = stroke(file, random);
        }
        // Otherwise nearly every insertion would already fail at the header's length.
        if (file.length >= 8 && random.nextInt(4) != 0) {
            ByteBuffer length = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
            length.putLong(0, length.getLong(0) + file.length - seed.length);
        }
        return file;
    }

    private static byte[] stroke(byte[] file, Random random) {
        if (file.length == 0) {
            return file;
        }
        int at = random.nextInt(file.length);
        int length = Math.min(1 + random.nextInt(12), file.length - at);
        return switch (random.nextInt(7)) {
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
            case 5 -> Arrays.copyOf(file, at);
            default -> replaceNumber(file, at, random);
        };
    }

    /** Replaces the next number of the header by another, near or hostile. */
    private static byte[] replaceNumber(byte[] file, int from, Random random) {
        for (int start = from; start < file.length; start++) {
            if (file[start] >= '0' && file[start] <= '9') {
                int end = start + 1;
                while (end < file.length && file[end] >= '0' && file[end] <= '9') {
                    end++;
                }
                byte[] number = random.nextBoolean()
                        ? ascii(String.valueOf(random.nextInt(33)))
                        : PIECES.get(random.nextInt(7));
                return splice(file, start, end, number);
            }
        }
        return file;
    }

    private static byte[] splice(byte[] file, int from, int to, byte[] piece) {
        return ByteBuffer.allocate(file.length - (to - from) + piece.length)
                .put(file, 0, from)
                .put(piece)
                .put(file, to, file.length - to)
                .array();
    }

    /** A header as PyTorch's names and types fill it, cut out of a fixture, before zeros. */
    private static byte[] headerOfPyTorchsFile() {
        return Bytes.file(
                "{\"__metadata__\":{\"format\":\"pt\",\"torch\":\"1.13.0a0\"},"
                        + Bytes.tensor("1.num_batches_tracked", "I64", "[]", "[0,8]") + ","
                        + Bytes.tensor("0.bias", "F32", "[6]", "[8,32]") + ","
                        + Bytes.tensor("0.weight", "F32", "[6,1,5,5]", "[32,632]") + ","
                        + Bytes.tensor("1.running_mean", "F32", "[6]", "[632,656]") + ","
                        + Bytes.tensor("1.running_var", "F32", "[6]", "[656,680]") + "}  ",
                680);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
