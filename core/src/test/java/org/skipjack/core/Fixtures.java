package org.skipjack.core;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What PyTorch computed, from {@code src/test/resources/fixtures}; the script beside it says how and what.
 *
 * <p>This reader trusts the files: they are committed, and written by that script in one fixed form. The strict reader is
 * in {@code train}, which {@code core} cannot see.
 */
public final class Fixtures {

    private static final Pattern TEXT = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\":\"((?:[^\"\\\\]|\\\\.)*)\"[,}]");
    private static final Pattern TENSOR = Pattern.compile(
            "\"([^\"]+)\":\\{\"dtype\":\"(\\w+)\",\"shape\":\\[([\\d,]*)],\"data_offsets\":\\[(\\d+),(\\d+)]}");

    private final String file;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    private Fixtures(String file, byte[] bytes) {
        this.file = file;
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int data = 8 + (int) buffer.getLong(0);
        String header = new String(bytes, 8, data - 8, StandardCharsets.UTF_8);
        int metadataEnd = header.indexOf("\"},\"");
        Matcher text = TEXT.matcher(header.substring(header.indexOf('{', 1), metadataEnd + 2));
        while (text.find()) {
            metadata.put(text.group(1), text.group(2).replace("\\\"", "\""));
        }
        Matcher tensor = TENSOR.matcher(header);
        while (tensor.find()) {
            int start = data + Integer.parseInt(tensor.group(4));
            int end = data + Integer.parseInt(tensor.group(5));
            ByteBuffer values = buffer.slice(start, end - start).order(ByteOrder.LITTLE_ENDIAN);
            entries.put(tensor.group(1), new Entry(tensor.group(2), integers(tensor.group(3)), values));
        }
    }

    /** Loads a file by its name without folder and ending, for example {@code ops_conv2d}. */
    public static Fixtures load(String name) {
        String file = name + ".safetensors";
        try (var stream = Fixtures.class.getResourceAsStream("/fixtures/" + file)) {
            if (stream == null) {
                throw new IllegalArgumentException("no fixture " + file);
            }
            return new Fixtures(file, stream.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(file, e);
        }
    }

    /** Returns the cases that have arguments, in the order of the script. */
    public List<String> cases() {
        return metadata.keySet().stream()
                .filter(key -> entries.keySet().stream().anyMatch(name -> name.startsWith(key + "/")))
                .toList();
    }

    /** Returns the names of all tensors. */
    public List<String> names() {
        return List.copyOf(entries.keySet());
    }

    /** Tells whether there is such a tensor; a convolution without bias, for example, has no {@code CASE/bias}. */
    public boolean contains(String name) {
        return entries.containsKey(name);
    }

    /** Returns the dimensions of a tensor; none for a scalar. */
    public int[] shape(String name) {
        return entry(name).shape().clone();
    }

    /** Returns the values of an F32 tensor. */
    public float[] floats(String name) {
        Entry entry = entry(name);
        requireType(name, entry, "F32");
        var values = new float[entry.values().remaining() / Float.BYTES];
        entry.values().asFloatBuffer().get(values);
        return values;
    }

    /** Returns the values of an F64 tensor, or those of an F32 tensor widened. */
    public double[] doubles(String name) {
        Entry entry = entry(name);
        if (entry.type().equals("F32")) {
            float[] floats = floats(name);
            var values = new double[floats.length];
            Arrays.setAll(values, i -> floats[i]);
            return values;
        }
        requireType(name, entry, "F64");
        var values = new double[entry.values().remaining() / Double.BYTES];
        entry.values().asDoubleBuffer().get(values);
        return values;
    }

    /** Returns the values of an I64 tensor, or those of a U8 tensor, 0 to 255. */
    public long[] longs(String name) {
        Entry entry = entry(name);
        if (entry.type().equals("U8")) {
            var values = new long[entry.values().remaining()];
            Arrays.setAll(values, i -> entry.values().get(i) & 0xff);
            return values;
        }
        requireType(name, entry, "I64");
        var values = new long[entry.values().remaining() / Long.BYTES];
        entry.values().asLongBuffer().get(values);
        return values;
    }

    /** Returns the values of an I64 or U8 tensor as ints. */
    public int[] ints(String name) {
        return Arrays.stream(longs(name)).mapToInt(Math::toIntExact).toArray();
    }

    /** Returns the arguments of a case as JSON, for example {@code {"op": "conv2d", "stride": [2, 2]}}. */
    public String argument(String name) {
        String json = metadata.get(name);
        if (json == null) {
            throw new IllegalArgumentException(file + " has no case " + name);
        }
        return json;
    }

    /** Tells whether an argument is null, as the momentum of a cumulative average is. */
    public boolean isNull(String name, String key) {
        return rawArgument(name, key).equals("null");
    }

    /** Returns an argument that is true or false. */
    public boolean booleanArgument(String name, String key) {
        return Boolean.parseBoolean(rawArgument(name, key));
    }

    /** Returns an argument that is a whole number. */
    public int intArgument(String name, String key) {
        return Integer.parseInt(rawArgument(name, key));
    }

    /** Returns an argument that is a list of whole numbers. */
    public int[] intsArgument(String name, String key) {
        return integers(rawArgument(name, key).replaceAll("[\\[\\] ]", ""));
    }

    /** Returns an argument that is a number. */
    public double doubleArgument(String name, String key) {
        return Double.parseDouble(rawArgument(name, key));
    }

    /** Returns an argument that is text. */
    public String textArgument(String name, String key) {
        return rawArgument(name, key).replace("\"", "");
    }

    private String rawArgument(String name, String key) {
        String json = argument(name);
        Matcher matcher = Pattern.compile("\"" + Pattern.quote(key) + "\": (\\[[^]]*]|\"[^\"]*\"|[^,}]+)")
                .matcher(json);
        if (!matcher.find()) {
            throw new IllegalArgumentException(file + ", case " + name + ": no argument " + key + " in " + json);
        }
        return matcher.group(1);
    }

    private Entry entry(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new IllegalArgumentException(file + " has no tensor " + name);
        }
        return entry;
    }

    private void requireType(String name, Entry entry, String wanted) {
        if (!entry.type().equals(wanted)) {
            throw new IllegalArgumentException(file + ": tensor " + name + " is " + entry.type() + ", not " + wanted);
        }
    }

    private static int[] integers(String list) {
        return list.isEmpty()
                ? new int[0]
                : Arrays.stream(list.split(",", -1)).mapToInt(Integer::parseInt).toArray();
    }

    @SuppressWarnings("ArrayRecordComponent") // Private and never compared; shape() hands out copies.
    private record Entry(String type, int[] shape, ByteBuffer values) {}
}
