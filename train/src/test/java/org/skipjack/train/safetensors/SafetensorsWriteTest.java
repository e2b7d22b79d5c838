package org.skipjack.train.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes that are written, and what is left on the disk when writing fails. */
class SafetensorsWriteTest {

    private static final int[] SCALAR = {};

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("weights.safetensors");
    }

    @Test
    void writesTheLayoutOfTheReferenceWriter() throws IOException {
        SafetensorsFile.write(
                file,
                List.of(
                        SafetensorsEntry.ofFloats("b", new int[] {2}, new float[] {1f, -2f}),
                        SafetensorsEntry.ofFloats("a", new int[] {1, 1}, new float[] {3f}),
                        SafetensorsEntry.ofLongs("n", SCALAR, new long[] {5})),
                Map.of("format", "pt"));
        String header = "{\"__metadata__\":{\"format\":\"pt\"},"
                + "\"n\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]},"
                + "\"a\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[8,12]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[12,20]}}";
        // Five spaces bring the data to a multiple of 8.
        assertThat(header).hasSize(195);
        ByteBuffer expected = ByteBuffer.allocate(8 + 200 + 20).order(ByteOrder.LITTLE_ENDIAN);
        expected.putLong(200).put((header + "     ").getBytes(StandardCharsets.US_ASCII));
        expected.putLong(5).putFloat(3f).putFloat(1f).putFloat(-2f);
        assertThat(Files.readAllBytes(file)).isEqualTo(expected.array());
    }

    @Test
    void writesAnEmptyFileAsEightBytesOfHeader() throws IOException {
        SafetensorsFile.write(file, List.of(), Map.of());
        assertThat(Files.readAllBytes(file)).isEqualTo(Bytes.file("{}      ", 0));
        assertThat(SafetensorsFile.read(file).names()).isEmpty();
    }

    @Test
    void readsBackWhatItWrote() {
        var random = new Random(1);
        // Beyond one write buffer of 1 MiB, with a rest.
        var large = new float[300_001];
        for (int i = 0; i < large.length; i++) {
            large[i] = Float.intBitsToFloat(random.nextInt());
        }
        long[] labels = random.longs(200_003).toArray();
        var metadata = new LinkedHashMap<String, String>();
        metadata.put("z \"quoted\" \\ \u2713 \ud83d\ude00", "line\nfeed\u0001");
        metadata.put("a", "");
        SafetensorsFile.write(
                file,
                List.of(
                        SafetensorsEntry.ofFloats("layer1.0.conv1.weight", new int[] {300_001}, large),
                        SafetensorsEntry.ofLongs("labels", new int[] {1, 200_003}, labels),
                        SafetensorsEntry.ofFloats("empty", new int[] {3, 0}, new float[0]),
                        SafetensorsEntry.ofFloats("scalar", SCALAR, new float[] {-0f})),
                metadata);
        SafetensorsFile back = SafetensorsFile.read(file);
        assertThat(back.names()).containsExactly("labels", "empty", "layer1.0.conv1.weight", "scalar");
        assertThat(bits(back.floats("layer1.0.conv1.weight"))).isEqualTo(bits(large));
        assertThat(back.longs("labels")).isEqualTo(labels);
        assertThat(back.floats("empty")).isEmpty();
        assertThat(back.shape("empty")).containsExactly(3, 0);
        assertThat(bits(back.floats("scalar"))).isEqualTo(bits(new float[] {-0f}));
        assertThat(back.metadata()).isEqualTo(metadata);
    }

    @Test
    void writesTheSameBytesInWhicheverOrderItIsTold() throws IOException {
        var one = SafetensorsEntry.ofFloats("one", new int[] {1}, new float[] {1f});
        var two = SafetensorsEntry.ofLongs("two", new int[] {1}, new long[] {2});
        var forward = new LinkedHashMap<String, String>();
        var backward = new LinkedHashMap<String, String>();
        for (int i = 0; i < 20; i++) {
            forward.put("key" + i, "x");
            backward.put("key" + (19 - i), "x");
        }
        SafetensorsFile.write(file, List.of(one, two), forward);
        byte[] first = Files.readAllBytes(file);
        SafetensorsFile.write(file, List.of(two, one), backward);
        assertThat(Files.readAllBytes(file)).isEqualTo(first);
    }

    @Test
    void writesTheFileInAnInterruptedThreadToo() {
        SafetensorsFile.write(file, weights(1f), Map.of());
        Thread.currentThread().interrupt();
        SafetensorsFile.write(file, weights(2f), Map.of());
        assertThat(Thread.interrupted()).isTrue();
        assertThat(SafetensorsFile.read(file).floats("w")).containsOnly(2f);
        assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void keepsDoublesAndBytesAsTheyAre() {
        double[] doubles = {0.1, -0.0, Double.MIN_VALUE, Double.NEGATIVE_INFINITY};
        byte[] bytes = {0, 127, -128, -1};
        SafetensorsFile.write(
                file,
                List.of(
                        SafetensorsEntry.ofBytes("b", new int[] {4}, bytes),
                        SafetensorsEntry.ofDoubles("d", new int[] {2, 2}, doubles)),
                Map.of());
        var back = SafetensorsFile.read(file);
        assertThat(back.doubles("d")).isEqualTo(doubles);
        assertThat(back.longs("b")).containsExactly(0, 127, 128, 255);
        assertThatThrownBy(() -> back.doubles("b")).hasMessageEndingWith("is U8 [4]; expected F64 to read doubles");
    }

    @Test
    void leavesNoTemporaryFileWhenTheTargetIsAFolder() throws IOException {
        Files.createDirectory(file);
        assertThatExceptionOfType(SafetensorsException.class)
                .isThrownBy(() -> SafetensorsFile.write(file, weights(1f), Map.of()));
        assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
        assertThat(file).isEmptyDirectory();
    }

    @Test
    void namesTheFolderThatIsMissing() {
        Path nowhere = folder.resolve("missing").resolve("weights.safetensors");
        assertThatThrownBy(() -> SafetensorsFile.write(nowhere, weights(1f), Map.of()))
                .isInstanceOf(SafetensorsException.class)
                .hasMessageStartingWith(nowhere + ": no such file or folder");
    }

    @Test
    void neverShowsAReaderAHalfWrittenFile() {
        SafetensorsFile.write(file, weights(0f), Map.of());
        var writer = CompletableFuture.runAsync(() -> {
            for (int i = 1; i <= 50; i++) {
                SafetensorsFile.write(file, weights(i), Map.of());
            }
        });
        float last = 0;
        do {
            float[] seen = SafetensorsFile.read(file).floats("w");
            assertThat(seen).containsOnly(seen[0]);
            assertThat(seen[0]).isGreaterThanOrEqualTo(last);
            last = seen[0];
        } while (!writer.isDone());
        writer.join();
        assertThat(SafetensorsFile.read(file).floats("w")).containsOnly(50f);
    }

    @Test
    void refusesEntriesThatItsOwnReaderWouldRefuse() {
        assertRefused("5 values; expected as many as the shape of F32 [2,3] says", () -> entry("w", 5, 2, 3));
        assertRefused("the shape is F32 [-1,-1]", () -> entry("w", 1, -1, -1));
        assertRefused("the shape is F32 [1,1,1,1,1,1,1,1,1]", () -> entry("w", 1, 1, 1, 1, 1, 1, 1, 1, 1, 1));
        assertRefused("0 values", () -> entry("w", 0, 1 << 30, 1 << 30, 1 << 30));
        assertRefused("the name is reserved", () -> entry("__metadata__", 1, 1));
        assertRefused("the name is longer than 512 bytes", () -> entry("x".repeat(513), 1, 1));
        assertRefused("the name holds a control character", () -> entry("a\tb", 1, 1));
        assertRefused(
                "tensor 'w' is to be written twice",
                () -> SafetensorsFile.write(file, List.of(entry("w", 1, 1), entry("w", 2, 2)), Map.of()));
        assertRefused(
                "half a surrogate pair", () -> SafetensorsFile.write(file, List.of(entry("\ud83d", 1, 1)), Map.of()));
        assertRefused(
                "0 tensors and 1 metadata entries in a header of 16777248 bytes",
                () -> SafetensorsFile.write(file, List.of(), Map.of("k", "x".repeat(16 << 20))));
        assertThat(folder).isEmptyDirectory();
    }

    private static void assertRefused(String found, ThrowingCallable writing) {
        assertThatThrownBy(writing).isInstanceOf(SafetensorsException.class).hasMessageContaining(found);
    }

    private static SafetensorsEntry entry(String name, int values, int... shape) {
        return SafetensorsEntry.ofFloats(name, shape, new float[values]);
    }

    /** 400 kB of one value, so that two versions of the file cannot be mixed unseen. */
    private static List<SafetensorsEntry> weights(float value) {
        var values = new float[100_000];
        Arrays.fill(values, value);
        return List.of(SafetensorsEntry.ofFloats("w", new int[] {100, 1000}, values));
    }

    private static int[] bits(float[] values) {
        var bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }
}
