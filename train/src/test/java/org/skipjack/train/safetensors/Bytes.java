package org.skipjack.train.safetensors;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Files in memory, made byte by byte. */
final class Bytes {

    static final Path NAME = Path.of("memory.safetensors");

    static final String I32_2X2 = "{\"test\":{\"dtype\":\"I32\",\"shape\":[2,2],\"data_offsets\":[0,16]}}";

    private Bytes() {}

    /** A header with its true length, followed by that many zero bytes. */
    static byte[] file(String header, int dataBytes) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .array();
    }

    /** Any length field, followed by any bytes. */
    static byte[] raw(long headerLength, byte... rest) {
        return ByteBuffer.allocate(8 + rest.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(headerLength)
                .put(rest)
                .array();
    }

    static SafetensorsFile read(byte[] file) {
        try (var channel = Channels.newChannel(new ByteArrayInputStream(file))) {
            return SafetensorsFile.read(NAME, channel, file.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String single(String type, String shape, String offsets) {
        return "{" + tensor("test", type, shape, offsets) + "}";
    }

    static String tensor(String name, String type, String shape, String offsets) {
        return "\"" + name + "\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
    }

    static String emptyTensors(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> tensor("t" + i, "U8", "[0]", "[0,0]"))
                .collect(Collectors.joining(",", "{", "}"));
    }
}
