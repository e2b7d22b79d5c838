package org.skipjack.nn;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.skipjack.core.Tensor;

/**
 * What PyTorch computed: the files of {@code src/test/resources/fixtures} in {@code core} and {@code nn}, which trusted code
 * wrote; the strict reader of safetensors is in {@code train}. A case's arguments stand as JSON in the file's metadata.
 */
public final class Fixtures {
    private final ByteBuffer file;
    private final String header;

    private Fixtures(byte[] bytes) {
        this.file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        this.header = new String(bytes, 8, (int) file.getLong(0), StandardCharsets.UTF_8);
    }

    /** The file of that name, without folder and ending. */
    public static Fixtures load(String name) {
        try {
            return new Fixtures(Files.readAllBytes(file(name + ".safetensors")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A fixture by its file name. */
    public static Path file(String name) {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            for (String module : List.of("core", "nn")) {
                Path file = at.resolve(module + "/src/test/resources/fixtures").resolve(name);
                if (Files.isRegularFile(file)) {
                    return file;
                }
            }
        }
        throw new NoSuchElementException("no fixture " + name + " in core or nn above the working directory");
    }

    /** Names of the cases that have that tensor, in the file's order. */
    public List<String> cases(String part) {
        var names = new ArrayList<String>();
        Matcher matcher = Pattern.compile("\"([^\"/]+)/" + part + "\":\\{").matcher(header);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    /** An argument of a case as it stands in the JSON, lists without brackets and text without quotes. */
    public String argument(String name, String key) {
        Matcher line = find("\"" + Pattern.quote(name) + "\":\"(\\{.*?\\})\"");
        Matcher value = Pattern.compile("\"" + key + "\": (?:\\[([^]]*)\\]|([^,}]*))")
                .matcher(line.group(1).replace("\\\"", "\""));
        if (!value.find()) {
            throw new NoSuchElementException("case " + name + " has no argument " + key);
        }
        return (value.group(1) != null ? value.group(1) : value.group(2)).replace("\"", "");
    }

    /** A list of whole numbers among the arguments, or a single one. */
    public int[] integers(String name, String key) {
        return split(argument(name, key));
    }

    /** Whether there is such a tensor. */
    public boolean contains(String tensor) {
        return header.contains("\"" + tensor + "\":{");
    }

    /** Values of any type, widened. */
    public double[] values(String tensor) {
        Matcher entry = entry(tensor);
        int start = 8 + (int) file.getLong(0) + Integer.parseInt(entry.group(3));
        int bytes = Integer.parseInt(entry.group(4)) - Integer.parseInt(entry.group(3));
        int width = switch (entry.group(1)) {
            case "F64", "I64" -> 8;
            case "F32" -> 4;
            default -> 1;
        };
        var values = new double[bytes / width];
        Arrays.setAll(values, i -> switch (entry.group(1)) {
            case "F64" -> file.getDouble(start + 8 * i);
            case "I64" -> file.getLong(start + 8 * i);
            case "F32" -> file.getFloat(start + 4 * i);
            default -> file.get(start + i) & 0xff;
        });
        return values;
    }

    /** Values as floats under the tensor's shape; labels as whole numbers. */
    public Tensor tensor(String tensor) {
        int[] shape = split(entry(tensor).group(2));
        double[] values = values(tensor);
        if (entry(tensor).group(1).equals("I64")) {
            return Tensor.ofInts(Arrays.stream(values).mapToInt(v -> (int) v).toArray(), shape);
        }
        var floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return Tensor.wrap(floats, shape);
    }

    private Matcher entry(String tensor) {
        return find("\"" + Pattern.quote(tensor)
                + "\":\\{\"dtype\":\"(\\w+)\",\"shape\":\\[([\\d,]*)],\"data_offsets\":\\[(\\d+),(\\d+)]");
    }

    private Matcher find(String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(header);
        if (!matcher.find()) {
            throw new NoSuchElementException("the fixtures hold no " + pattern);
        }
        return matcher;
    }

    private static int[] split(String list) {
        return list.isEmpty()
                ? new int[0]
                : Arrays.stream(list.split(", ?", -1))
                        .mapToInt(Integer::parseInt)
                        .toArray();
    }
}
