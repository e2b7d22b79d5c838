package org.skipjack.train.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

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
        Path target = file.toAbsolutePath();
        Path folder = target.getParent();
        if (folder == null) {
            throw new SafetensorsException(file, "this is a root folder", "the name of a file");
        }
        try {
            replaceAtomically(folder, target, header, ordered);
        } catch (IOException e) {
            throw new SafetensorsException(file, e, "a file that can be written; the old one, if any, is unchanged");
        }
    }

    private static void replaceAtomically(Path folder, Path target, byte[] header, List<SafetensorsEntry> entries)
            throws IOException {
        Path temporary = folder.resolve("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            try (var channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                writeAll(channel, header, entries);
                channel.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException | Error e) {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException secondary) {
                e.addSuppressed(secondary);
            }
            throw e;
        }
        forceFolder(folder);
    }

    private static void writeAll(FileChannel channel, byte[] header, List<SafetensorsEntry> entries)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(header.length);
        drain(buffer, channel);
        drainFull(ByteBuffer.wrap(header), channel);
        for (SafetensorsEntry entry : entries) {
            int count = (int) (entry.info().byteCount() / entry.info().type().bytes());
            int written = 0;
            while (written < count) {
                written += entry.copyTo(buffer, written);
                drain(buffer, channel);
            }
        }
    }

    private static void drain(ByteBuffer buffer, FileChannel channel) throws IOException {
        buffer.flip();
        drainFull(buffer, channel);
        buffer.clear();
    }

    private static void drainFull(ByteBuffer buffer, FileChannel channel) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    // Makes the rename itself survive a power cut. Windows opens no folders and some network file systems cannot force
    // one; the file is complete and in place all the same, so that is no failure.
    private static void forceFolder(Path folder) {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException unsupported) {
            System.getLogger(SafetensorsWriter.class.getName())
                    .log(System.Logger.Level.DEBUG, "cannot force folder " + folder, unsupported);
        }
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
