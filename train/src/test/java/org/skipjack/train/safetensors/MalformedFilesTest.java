package org.skipjack.train.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;
import static org.skipjack.train.safetensors.Bytes.emptyTensors;
import static org.skipjack.train.safetensors.Bytes.single;
import static org.skipjack.train.safetensors.Bytes.tensor;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is refused, and in which words: first the reference's own vectors, then the rules it leaves to its parser. */
class MalformedFilesTest {

    static Stream<Arguments> malformed() {
        return Stream.of(referenceRejections(), ownLayoutRejections(), ownSyntaxRejections())
                .flatMap(group -> group);
    }

    private static Stream<Arguments> referenceRejections() {
        String sameRange = IntStream.range(0, 10)
                .mapToObj(i -> tensor("weight_" + i, "F32", "[2,2]", "[0,16]"))
                .collect(Collectors.joining(",", "{", "}"));
        byte[] short2 = Bytes.file(Bytes.I32_2X2, 14);
        byte[] long34 = Bytes.file(Bytes.I32_2X2, 16 + 34);
        byte[] i32Bytes = Bytes.I32_2X2.getBytes(StandardCharsets.UTF_8);
        return Stream.of(
                argumentSet("ten tensors on one range", Bytes.file(sameRange, 16), "overlaps the tensor before it"),
                argumentSet("extra bytes for a polyglot file", long34, "34 bytes belong to no tensor"),
                argumentSet("two bytes missing", short2, "the file ends 2 bytes too early"),
                argumentSet(
                        "header length 0xffffff000000003c",
                        Bytes.raw(0xffffff000000003cL, i32Bytes),
                        "the header's length is 18446742974197923900 bytes"),
                argumentSet("empty file", new byte[0], "the file has 0 bytes"),
                argumentSet("length field only", Bytes.raw(0x3c), "length is 60 bytes, but only 0 follow"),
                argumentSet("header that is no UTF-8", Bytes.raw(1, (byte) 0xff), "does not begin with '{'"),
                argumentSet("header that is no JSON", Bytes.raw(1, (byte) '{'), "the end of the header"),
                argumentSet(
                        "16 bytes by shape and 4 by offsets",
                        Bytes.file(single("I32", "[2,2]", "[0, 4]"), 4),
                        "has 4 bytes at data_offsets [0,4]; expected 16 bytes for I32 [2,2]"),
                argumentSet(
                        "dimension 2^64-2",
                        Bytes.file(single("I32", "[2,18446744073709551614]", "[0,16]"), 16),
                        "a dimension '18446744073709551614'"),
                argumentSet(
                        "dimension 2^63-1",
                        Bytes.file(single("I32", "[2,9223372036854775807]", "[0,16]"), 16),
                        "a dimension of 9223372036854775807"),
                argumentSet("white space before the header", Bytes.file("\t\n{}\r ", 0), "does not begin with '{'"));
    }

    private static Stream<Arguments> ownLayoutRejections() {
        String a = tensor("a", "F32", "[2]", "[0,8]");
        return Stream.of(
                argumentSet("seven bytes", new byte[7], "the file has 7 bytes; expected at least 8"),
                argumentSet("header length 0", Bytes.raw(0), "does not begin with '{'"),
                argumentSet(
                        "header length above 16 MiB",
                        Bytes.raw((16 << 20) + 1, new byte[32]),
                        "the header's length is 16777217 bytes; expected at most 16777216"),
                argumentSet("negative header length", Bytes.raw(-1, new byte[32]), "18446744073709551615 bytes"),
                argumentSet(
                        "header one byte longer than the file", Bytes.raw(3, (byte) '{', (byte) '}'), "only 2 follow"),
                argumentSet(
                        "overlap by one byte",
                        Bytes.file("{" + a + "," + tensor("b", "U8", "[5]", "[7,12]") + "}", 12),
                        "tensor 'b' starts at data byte 7 and overlaps"),
                argumentSet(
                        "gap of one byte",
                        Bytes.file("{" + a + "," + tensor("b", "U8", "[3]", "[9,12]") + "}", 12),
                        "tensor 'b' starts at data byte 9 and leaves a gap before it; expected it to start at 8"),
                argumentSet(
                        "gap before the first tensor",
                        Bytes.file(single("F32", "[2]", "[4,12]"), 12),
                        "leaves a gap before it; expected it to start at 0"),
                argumentSet(
                        "empty tensor inside another",
                        Bytes.file("{" + a + "," + tensor("b", "F32", "[0]", "[4,4]") + "}", 8),
                        "tensor 'b' starts at data byte 4 and overlaps"),
                argumentSet(
                        "offsets in falling order", Bytes.file(single("F32", "[2]", "[8,0]"), 8), "data_offsets [8,0]"),
                argumentSet(
                        "offsets beyond the file",
                        Bytes.file(single("U8", "[2000000000]", "[0,2000000000]"), 8),
                        "the file ends 1999999992 bytes too early"),
                argumentSet(
                        "product of dimensions above 2^63",
                        Bytes.file(single("F64", "[2147483647,2147483647,2]", "[0,16]"), 16),
                        "expected a size in bytes below 2^63"),
                argumentSet(
                        "tensor too large for an array",
                        Bytes.file(single("F32", "[536870912]", "[0,2147483648]"), 8),
                        "has 2147483648 bytes; expected at most 2147483639"),
                argumentSet("data without tensors", Bytes.file("{}", 8), "8 bytes belong to no tensor"));
    }

    private static Stream<Arguments> ownSyntaxRejections() {
        String a = tensor("a", "F32", "[2]", "[0,8]");
        return Stream.of(
                argumentSet("same name twice", Bytes.file("{" + a + "," + a + "}", 8), "tensor 'a' appears twice"),
                argumentSet(
                        "same name twice, once escaped",
                        Bytes.file("{" + a + "," + tensor("\\u0061", "F32", "[2]", "[8,16]") + "}", 16),
                        "tensor 'a' appears twice"),
                argumentSet(
                        "metadata twice",
                        Bytes.file("{\"__metadata__\":{},\"__metadata__\":{}}", 0),
                        "tensor '__metadata__' appears twice"),
                argumentSet(
                        "metadata key twice",
                        Bytes.file("{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}", 0),
                        "metadata key 'k' appears twice"),
                argumentSet(
                        "field twice",
                        Bytes.file("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", 0),
                        "tensor 'a' has dtype twice"),
                argumentSet(
                        "number as metadata",
                        Bytes.file("{\"__metadata__\":{\"epoch\":1}}", 0),
                        "expected a metadata value in double quotes"),
                argumentSet(
                        "10,001 metadata entries",
                        Bytes.file(
                                IntStream.range(0, 10_001)
                                        .mapToObj(i -> "\"" + i + "\":\"\"")
                                        .collect(Collectors.joining(",", "{\"__metadata__\":{", "}}")),
                                0),
                        "too many metadata entries"),
                argumentSet("null as metadata", Bytes.file("{\"__metadata__\":null}", 0), "to open __metadata__"),
                argumentSet(
                        "missing shape",
                        Bytes.file("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,0]}}", 0),
                        "tensor 'a' is described incompletely"),
                argumentSet(
                        "unknown field",
                        Bytes.file("{\"a\":{\"dtype\":\"F32\",\"stride\":[1]}}", 0),
                        "tensor 'a' has a field 'stride'"),
                argumentSet("unknown dtype", Bytes.file(single("F4", "[2]", "[0,1]"), 1), "has dtype 'F4'"),
                argumentSet("three offsets", Bytes.file(single("F32", "[2]", "[0,8,8]"), 8), "']' after 2 numbers"),
                argumentSet("one offset", Bytes.file(single("F32", "[2]", "[8]"), 8), "described incompletely"),
                argumentSet(
                        "nine dimensions",
                        Bytes.file(single("U8", "[1,1,1,1,1,1,1,1,1]", "[0,1]"), 1),
                        "']' after 8 numbers"),
                argumentSet("negative dimension", Bytes.file(single("F32", "[-2]", "[0,8]"), 8), "'-2],"),
                argumentSet("fraction", Bytes.file(single("F32", "[2.0]", "[0,8]"), 8), "a whole number from 0"),
                argumentSet("exponent", Bytes.file(single("F32", "[2e0]", "[0,8]"), 8), "a whole number from 0"),
                argumentSet("leading zero", Bytes.file(single("F32", "[02]", "[0,8]"), 8), "a whole number from 0"),
                argumentSet("Infinity", Bytes.file(single("F32", "[Infinity]", "[0,8]"), 8), "'Infinity]"),
                argumentSet("comma at the end", Bytes.file("{" + a + ",}", 8), "expected a tensor name"),
                argumentSet("text behind the header", Bytes.file("{}{}", 0), "only white space after the closing '}'"),
                argumentSet("zero byte behind the header", Bytes.file("{}\0", 0), "only white space"),
                argumentSet(
                        "100,000 open brackets", Bytes.file("{\"a\":" + "[".repeat(100_000), 0), "to open tensor 'a'"),
                argumentSet(
                        "100,000 open braces",
                        Bytes.file("{\"a\":".repeat(100_000), 0),
                        "dtype, shape and data_offsets"),
                argumentSet("unclosed string", Bytes.file("{\"abc", 0), "the closing quote of a tensor name"),
                argumentSet("raw line feed in a name", Bytes.file("{\"a\nb\":{}}", 0), "to be escaped"),
                argumentSet(
                        "escaped line feed in a name", Bytes.file("{\"a\\nb\":{}}", 0), "holds a control character"),
                argumentSet("unknown escape", Bytes.file("{\"\\x41\":{}}", 0), "a JSON escape"),
                argumentSet(
                        "digits of another script",
                        Bytes.file("{\"\\u\u0661\u0661\u0661\u0661\":{}}", 0),
                        "four hexadecimal"),
                argumentSet("half a surrogate pair", Bytes.file("{\"\\ud83d\":{}}", 0), "half a surrogate pair"),
                argumentSet(
                        "name of 513 bytes",
                        Bytes.file("{" + tensor("\u00e9".repeat(256) + "x", "U8", "[0]", "[0,0]") + "}", 0),
                        "is longer than 512 bytes"),
                argumentSet(
                        "invalid UTF-8 inside",
                        Bytes.raw(4, (byte) '{', (byte) '"', (byte) 0xc0, (byte) 0x80),
                        "UTF-8"),
                argumentSet("100,001 tensors", Bytes.file(emptyTensors(100_001), 0), "too many tensors"));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void refusesMalformedFilesInOneLineThatSaysWhatWasFound(byte[] file, String found) {
        assertThatExceptionOfType(SafetensorsException.class)
                .isThrownBy(() -> Bytes.read(file))
                .withMessageStartingWith("memory.safetensors: ")
                .withMessageContaining(found)
                .withMessageContaining("; expected ")
                .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1).hasSizeLessThan(400));
    }
}
