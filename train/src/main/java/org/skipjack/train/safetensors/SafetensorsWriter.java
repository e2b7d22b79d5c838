package org.skipjack.train.safetensors;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.skipjack.train.file.Disk;
import org.skipjack.train.file.DurableFile;

/** Lays out a file and brings it to the disk in one atomic step. */
final class SafetensorsWriter {

    private static final int ALIGNMENT = 8;
    private static final int BUFFER_BYTES = 1 << 20;

    private static final Comparator<SafetensorsEntry> FILE_ORDER = Comparator.comparingInt(
                    (SafetensorsEntry entry) -> -entry.info().type().bytes())
            .thenComparing(entry -> entry.info().name().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

    private SafetensorsWriter() {}

    static void write(Path file, List<SafetensorsEntry> entries, Map<String, String> metadata) {
        var ordered = new ArrayList<>(entries);
        ordered.sort(FILE_ORDER);
        requireDistinctNames(file, ordered);
        byte[] header = header(file, ordered, metadata);
        try {
            DurableFile.replace(Disk.machine(), file, out -> writeAll(out, header, ordered));
        } catch (IOException e) {
            throw new SafetensorsException(file, e, "a file that can be written; the old one, if any, is unchanged");
        }
    }

    /** Lays out a file in a stream; the path only names it in messages. */
    static void write(OutputStream out, Path file, List<SafetensorsEntry> entries, Map<String, String> metadata)
            throws IOException {
        var ordered = new ArrayList<>(entries);
        ordered.sort(FILE_ORDER);
        requireDistinctNames(file, ordered);
        writeAll(out, header(file, ordered, metadata), ordered);
    }

    private static void writeAll(OutputStream out, byte[] header, List<SafetensorsEntry> entries) throws IOException {
        var bytes = new byte[BUFFER_BYTES];
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(header.length);
        drain(bytes, buffer, out);
        out.write(header);
        for (SafetensorsEntry entry : entries) {
            int count = (int) (entry.info().byteCount() / entry.info().type().bytes());
            int written = 0;
            while (written < count) {
                written += entry.copyTo(buffer, written);
                drain(bytes, buffer, out);
            }
        }
    }

    private static void drain(byte[] bytes, ByteBuffer buffer, OutputStream out) throws IOException {
        out.write(bytes, 0, buffer.position());
        buffer.clear();
    }

    private static void requireDistinctNames(Path file, List<SafetensorsEntry> entries) {
        var names = new HashSet<String>();
        for (SafetensorsEntry entry : entries) {
            if (!names.add(entry.info().name())) {
                throw new SafetensorsException(
                        file,
                        "tensor " + SafetensorsException.quote(entry.info().name()) + " is to be written twice",
                        "distinct names");
            }
        }
    }

    private static byte[] header(Path file, List<SafetensorsEntry> entries, Map<String, String> metadata) {
        var json = new StringBuilder("{");
        String separator = "";
        if (!metadata.isEmpty()) {
            json.append('"').append(TensorInfo.METADATA_KEY).append("\":{");
            for (Map.Entry<String, String> text : new TreeMap<>(metadata).entrySet()) {
                json.append(separator).append(quoted(file, text.getKey())).append(':');
                json.append(quoted(file, text.getValue()));
                separator = ",";
            }
            json.append('}');
        }
        long offset = 0;
        for (SafetensorsEntry entry : entries) {
            TensorInfo info = entry.info();
            long end = offset + info.byteCount();
            json.append(separator).append(quoted(file, info.name()));
            json.append(":{\"dtype\":\"").append(info.type());
            json.append("\",\"shape\":").append(info.shape().toString().replace(" ", ""));
            json.append(",\"data_offsets\":[")
                    .append(offset)
                    .append(',')
                    .append(end)
                    .append("]}");
            separator = ",";
            offset = end;
        }
        byte[] text = json.append('}').toString().getBytes(StandardCharsets.UTF_8);
        int padded = Math.ceilDiv(text.length, ALIGNMENT) * ALIGNMENT;
        if (padded > Header.MAX_BYTES || entries.size() > Header.MAX_TENSORS || metadata.size() > Header.MAX_METADATA) {
            throw new SafetensorsException(
                    file,
                    entries.size() + " tensors and " + metadata.size() + " metadata entries in a header of " + padded
                            + " bytes",
                    "at most " + Header.MAX_TENSORS + ", " + Header.MAX_METADATA + " and " + Header.MAX_BYTES);
        }
        byte[] header = Arrays.copyOf(text, padded);
        Arrays.fill(header, text.length, padded, (byte) ' ');
        return header;
    }

    private static String quoted(Path file, String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new SafetensorsException(
                    file,
                    "the text " + SafetensorsException.quote(text) + " has half a surrogate pair",
                    "valid Unicode");
        }
        var json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
