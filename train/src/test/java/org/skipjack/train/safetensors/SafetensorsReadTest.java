package org.skipjack.train.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;
import static org.skipjack.train.safetensors.Bytes.emptyTensors;
import static org.skipjack.train.safetensors.Bytes.single;
import static org.skipjack.train.safetensors.Bytes.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** What is read from well-formed files, and what is said to a caller who asks for something else. */
class SafetensorsReadTest {

    static final List<Arguments> WELL_FORMED = List.of(
            argumentSet("no tensor, header padded with spaces", Bytes.file("{}      ", 0), 0),
            argumentSet("header padded with any white space", Bytes.file("{}\r \t\n", 0), 0),
            argumentSet("empty tensor", Bytes.file(single("I32", "[2,0]", "[0, 0]"), 0), 1),
            argumentSet("scalar", Bytes.file(single("I32", "[]", "[0,4]"), 4), 1),
            argumentSet("two by two", Bytes.file(Bytes.I32_2X2, 16), 1),
            argumentSet(
                    "header order unlike data order",
                    Bytes.file(
                            "{" + tensor("b", "F32", "[1]", "[8,12]") + "," + tensor("a", "I64", "[1]", "[0,8]") + "}",
                            12),
                    2),
            argumentSet(
                    "empty tensors at one place",
                    Bytes.file(
                            "{" + tensor("a", "F32", "[0]", "[4,4]") + "," + tensor("b", "U8", "[4]", "[0,4]") + "}",
                            4),
                    2),
            argumentSet("100,000 tensors, the most that are taken", Bytes.file(emptyTensors(100_000), 0), 100_000),
            argumentSet(
                    "name of 512 bytes",
                    Bytes.file("{" + tensor("\u00e9".repeat(256), "U8", "[0]", "[0,0]") + "}", 0),
                    1));

    @ParameterizedTest
    @FieldSource("WELL_FORMED")
    void acceptsWhatTheFormatAllows(byte[] file, int tensors) {
        assertThat(Bytes.read(file).names()).hasSize(tensors);
    }

    @Test
    void acceptsAllTypesOfTheFormat() {
        for (StoredType type : StoredType.values()) {
            int bytes = 3 * type.bytes();
            SafetensorsFile file = Bytes.read(Bytes.file(single(type.name(), "[3]", "[0," + bytes + "]"), bytes));
            assertThat(file.dtype("test")).isEqualTo(type);
            assertThat(file.shape("test")).containsExactly(3);
        }
    }

    @Test
    void keepsTheNamesInTheOrderOfTheHeader() {
        String header = "{" + tensor("b", "F32", "[1]", "[4,8]") + "," + tensor("a", "F32", "[1]", "[0,4]") + "}";
        byte[] bytes = Bytes.file(header, 8);
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(bytes.length - 8, 1f)
                .putFloat(bytes.length - 4, 2f);
        SafetensorsFile file = Bytes.read(bytes);
        assertThat(file.names()).containsExactly("b", "a");
        assertThat(file.floats("a")).containsExactly(1f);
        assertThat(file.floats("b")).containsExactly(2f);
        assertThat(file.contains("a")).isTrue();
        assertThat(file.contains("c")).isFalse();
    }

    @Test
    void resolvesEscapesAndKeepsUnicodeInMetadata() {
        SafetensorsFile file = Bytes.read(Bytes.file(
                "{\"__metadata__\":{\"k\\u00e9y\":\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\ud83d\\ude00\u2713\",\"z\":\"\"}}",
                0));
        assertThat(file.metadata())
                .containsExactly(Map.entry("k\u00e9y", "a\"\\/\b\f\n\r\t\ud83d\ude00\u2713"), Map.entry("z", ""));
    }

    @Test
    void convertsFloatsOfEveryWidthExactly() {
        // 1.5 and -2 are exact in all four types; F64 1 + 2^-30 rounds to 1 in single precision.
        assertThat(values("F32", 8, b -> b.putFloat(1.5f).putFloat(-2f)).floats("test"))
                .containsExactly(1.5f, -2f);
        assertThat(values("F16", 4, b -> b.putShort((short) 0x3e00).putShort((short) 0xc000))
                        .floats("test"))
                .containsExactly(1.5f, -2f);
        assertThat(values("BF16", 4, b -> b.putShort((short) 0x3fc0).putShort((short) 0xc000))
                        .floats("test"))
                .containsExactly(1.5f, -2f);
        assertThat(values("F64", 16, b -> b.putDouble(-2).putDouble(1 + 0x1p-30))
                        .floats("test"))
                .containsExactly(-2f, 1f);
    }

    @Test
    void roundsWhatAFloatCannotHoldToTheNearestAndToEvenBetweenTwo() {
        // Between 2^24 and 2^25 floats are 2 apart: 2^24 + 1 and 2^24 + 3 lie in the middle of two.
        assertThat(values("I64", 16, b -> b.putLong((1 << 24) + 1).putLong((1 << 24) + 3))
                        .floats("test"))
                .containsExactly(0x1p24f, 0x1p24f + 4);
        assertThat(values("F64", 16, b -> b.putDouble((1 << 24) + 3.0).putDouble(-1e39))
                        .floats("test"))
                .containsExactly(0x1p24f + 4, Float.NEGATIVE_INFINITY);
        assertThat(values("I64", 16, b -> b.putLong(Long.MIN_VALUE).putLong(Long.MAX_VALUE))
                        .floats("test"))
                .containsExactly(-0x1p63f, 0x1p63f);
    }

    @Test
    void readsWholeNumbersOfEveryWidth() {
        assertThat(values("I64", 16, b -> b.putLong(Long.MIN_VALUE).putLong(7)).longs("test"))
                .containsExactly(Long.MIN_VALUE, 7);
        assertThat(values("I32", 8, b -> b.putInt(-1).putInt(7)).longs("test")).containsExactly(-1, 7);
        assertThat(values("U8", 2, b -> b.put((byte) 255).put((byte) 7)).longs("test"))
                .containsExactly(255, 7);
    }

    @Test
    void passesNotANumberAndInfinityThrough() {
        float[] values = values("F32", 8, b -> b.putFloat(Float.NaN).putFloat(Float.NEGATIVE_INFINITY))
                .floats("test");
        assertThat(values).containsExactly(Float.NaN, Float.NEGATIVE_INFINITY);
    }

    @Test
    void cannotBeChangedThroughWhatItReturns() {
        SafetensorsFile file = values("F32", 8, b -> b.putFloat(1f).putFloat(2f));
        Arrays.fill(file.floats("test"), 9f);
        Arrays.fill(file.shape("test"), 9);
        assertThat(file.floats("test")).containsExactly(1f, 2f);
        assertThat(file.shape("test")).containsExactly(2);
        assertThat(file.names()).isUnmodifiable();
        assertThat(file.metadata()).isUnmodifiable();
    }

    @Test
    void saysWhichTensorIsMissingOrOfAnotherType() {
        SafetensorsFile file = Bytes.read(Bytes.file(Bytes.I32_2X2, 16));
        assertThatThrownBy(() -> file.shape("conv1.weight"))
                .isInstanceOf(SafetensorsException.class)
                .hasMessage(
                        "memory.safetensors: there is no tensor 'conv1.weight'; expected one of the file's 1 names");
        assertThatThrownBy(() -> file.floats("test"))
                .isInstanceOf(SafetensorsException.class)
                .hasMessage("memory.safetensors: tensor 'test' is I32 [2,2]; expected F32, F16, BF16, F64 or I64"
                        + " to read floats");
        assertThatThrownBy(() -> values("F32", 8, b -> {}).longs("test"))
                .isInstanceOf(SafetensorsException.class)
                .hasMessageContaining("tensor 'test' is F32 [2]");
    }

    @Test
    void refusesMissingFilesAndFoldersByName(@TempDir Path folder) {
        Path missing = folder.resolve("missing.safetensors");
        assertThatThrownBy(() -> SafetensorsFile.read(missing))
                .isInstanceOf(SafetensorsException.class)
                .hasMessageStartingWith(missing + ": no such file");
        assertThatThrownBy(() -> SafetensorsFile.read(folder))
                .isInstanceOf(SafetensorsException.class)
                .hasMessageStartingWith(folder + ": this is a folder");
    }

    @Test
    void refusesEveryTruncationOfAFile(@TempDir Path folder) throws Exception {
        byte[] whole = Bytes.file(Bytes.I32_2X2, 16);
        Path file = folder.resolve("short.safetensors");
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatExceptionOfType(SafetensorsException.class).isThrownBy(() -> SafetensorsFile.read(file));
        }
        Files.write(file, whole);
        assertThat(SafetensorsFile.read(file).names()).containsExactly("test");
    }

    private static SafetensorsFile values(String type, int bytes, Consumer<ByteBuffer> contents) {
        byte[] file = Bytes.file(single(type, "[2]", "[0," + bytes + "]"), bytes);
        ByteBuffer data = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        contents.accept(data.position(file.length - bytes));
        return Bytes.read(file);
    }
}
