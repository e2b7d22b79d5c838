package org.skipjack.train.safetensors;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A checked header: its tensors tile the data without gap, overlap or rest.
 *
 * <p>The grammar is {@code {"__metadata__": {text: text}, name: {"dtype": T, "shape": [..], "data_offsets": [a, b]}}},
 * keys in any order, each key once. Stricter than the reference reader: unknown fields, repeated keys, names with
 * control characters, more than 8 dimensions or 100,000 tensors are refused.
 */
record Header(Map<String, TensorInfo> tensors, Map<String, String> metadata) {

    /** Longest header accepted; 16 MiB of JSON are about 150,000 tensors, far beyond any real model. */
    static final int MAX_BYTES = 16 << 20;

    static final int MAX_TENSORS = 100_000;

    /** Each entry costs some hundred bytes of objects, however short it is in the file. */
    static final int MAX_METADATA = 10_000;

    /** Parses the header's text and checks it against the number of data bytes that follow it in the file. */
    static Header parse(Path file, String text, long dataBytes) {
        var parser = new Parser(file, text);
        Header header = parser.header();
        header.requireTiling(file, dataBytes);
        return header;
    }

    /** Returns the tensors in the order of their bytes, empty ones before others at the same place. */
    List<TensorInfo> inDataOrder() {
        var byOffset = new ArrayList<>(tensors.values());
        byOffset.sort(Comparator.comparingLong(TensorInfo::start).thenComparingLong(TensorInfo::end));
        return byOffset;
    }

    private void requireTiling(Path file, long dataBytes) {
        long covered = 0;
        for (TensorInfo tensor : inDataOrder()) {
            if (tensor.start() != covered) {
                String kind = tensor.start() < covered ? "overlaps the tensor before it" : "leaves a gap before it";
                throw new SafetensorsException(
                        file,
                        named(tensor.name()) + " starts at data byte " + tensor.start() + " and " + kind,
                        "it to start at " + covered);
            }
            covered = tensor.end();
        }
        if (covered != dataBytes) {
            String found = covered < dataBytes
                    ? (dataBytes - covered) + " bytes belong to no tensor"
                    : "the file ends " + (covered - dataBytes) + " bytes too early (truncated?)";
            throw new SafetensorsException(
                    file, found, covered + " data bytes behind the header, as its tensors say, not " + dataBytes);
        }
    }

    private static String named(String name) {
        return "tensor " + SafetensorsException.quote(name);
    }

    /** Recursive descent without recursion: the grammar is three levels deep and so is this class. */
    private static final class Parser {
        private final Path file;
        private final JsonCursor json;
        private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();

        Parser(Path file, String text) {
            this.file = file;
            this.json = new JsonCursor(file, text);
        }

        Header header() {
            Map<String, String> metadata = null;
            json.require('{', "to open the header");
            if (!json.accept('}')) {
                do {
                    String key = json.string("a tensor name");
                    json.require(':', "after a tensor name");
                    boolean repeated;
                    if (key.equals(TensorInfo.METADATA_KEY)) {
                        repeated = metadata != null;
                        metadata = metadata();
                    } else {
                        requireName(key);
                        repeated = tensors.put(key, tensor(key)) != null;
                    }
                    if (repeated) {
                        throw new SafetensorsException(file, named(key) + " appears twice", "each name once");
                    }
                    if (tensors.size() > MAX_TENSORS) {
                        throw new SafetensorsException(file, "too many tensors", "at most " + MAX_TENSORS);
                    }
                } while (json.accept(','));
                json.require('}', "or ',' after a tensor");
            }
            json.requireEnd();
            return new Header(
                    Collections.unmodifiableMap(tensors),
                    metadata == null ? Map.of() : Collections.unmodifiableMap(metadata));
        }

        private void requireName(String name) {
            String problem = TensorInfo.nameProblem(name);
            if (problem != null) {
                throw new SafetensorsException(
                        file,
                        named(name) + " " + problem,
                        "a name of at most " + TensorInfo.MAX_NAME_BYTES + " bytes without control characters");
            }
        }

        private Map<String, String> metadata() {
            var entries = new LinkedHashMap<String, String>();
            json.require('{', "to open " + TensorInfo.METADATA_KEY);
            if (json.accept('}')) {
                return entries;
            }
            do {
                String key = json.string("a metadata key");
                json.require(':', "after a metadata key");
                if (entries.put(key, json.string("a metadata value")) != null) {
                    throw new SafetensorsException(
                            file,
                            "metadata key " + SafetensorsException.quote(key) + " appears twice",
                            "each key once");
                }
                if (entries.size() > MAX_METADATA) {
                    throw new SafetensorsException(file, "too many metadata entries", "at most " + MAX_METADATA);
                }
            } while (json.accept(','));
            json.require('}', "or ',' after a metadata value");
            return entries;
        }

        private TensorInfo tensor(String name) {
            StoredType type = null;
            List<Long> shape = null;
            List<Long> offsets = null;
            json.require('{', "to open " + named(name));
            do {
                String field = json.string("a field of " + named(name));
                json.require(':', "after a field name");
                boolean repeated;
                switch (field) {
                    case "dtype" -> {
                        repeated = type != null;
                        type = type(name);
                    }
                    case "shape" -> {
                        repeated = shape != null;
                        shape = numbers("a dimension", TensorInfo.MAX_RANK);
                    }
                    case "data_offsets" -> {
                        repeated = offsets != null;
                        offsets = numbers("a data offset", 2);
                    }
                    default ->
                        throw new SafetensorsException(
                                file,
                                named(name) + " has a field " + SafetensorsException.quote(field),
                                "dtype, shape and data_offsets only");
                }
                if (repeated) {
                    throw new SafetensorsException(file, named(name) + " has " + field + " twice", "each field once");
                }
            } while (json.accept(','));
            json.require('}', "or ',' after a field of " + named(name));
            if (type == null || shape == null || offsets == null || offsets.size() != 2) {
                throw new SafetensorsException(
                        file, named(name) + " is described incompletely", "dtype, shape and two data_offsets");
            }
            return checked(name, type, shape, offsets.get(0), offsets.get(1));
        }

        private StoredType type(String name) {
            String text = json.string("the dtype of " + named(name));
            StoredType type = StoredType.named(text);
            if (type == null) {
                throw new SafetensorsException(
                        file,
                        named(name) + " has dtype " + SafetensorsException.quote(text),
                        "one of " + List.of(StoredType.values()));
            }
            return type;
        }

        private List<Long> numbers(String what, int atMost) {
            var values = new ArrayList<Long>(atMost);
            json.require('[', "to open a list of numbers");
            if (json.accept(']')) {
                return values;
            }
            do {
                if (values.size() == atMost) {
                    throw json.unexpected("']' after " + atMost + " numbers");
                }
                values.add(json.integer(what));
            } while (json.accept(','));
            json.require(']', "or ',' after " + what);
            return values;
        }

        private TensorInfo checked(String name, StoredType type, List<Long> dimensions, long start, long end) {
            var shape = new ArrayList<Integer>(dimensions.size());
            for (long dimension : dimensions) {
                if (dimension > Integer.MAX_VALUE) {
                    throw new SafetensorsException(
                            file,
                            named(name) + " has a dimension of " + dimension,
                            "at most " + Integer.MAX_VALUE + " in a Java array");
                }
                shape.add((int) dimension);
            }
            var info = new TensorInfo(name, type, List.copyOf(shape), start, end);
            if (end < start) {
                throw new SafetensorsException(
                        file,
                        named(name) + " has data_offsets [" + start + "," + end + "]",
                        "the end not below the start");
            }
            long wanted;
            try {
                wanted = TensorInfo.bytesOf(type, shape);
            } catch (ArithmeticException overflow) {
                throw new SafetensorsException(
                        file, named(name) + " is " + info.typeAndShape(), "a size in bytes below 2^63");
            }
            if (wanted != info.byteCount()) {
                throw new SafetensorsException(
                        file,
                        named(name) + " has " + info.byteCount() + " bytes at data_offsets [" + start + "," + end + "]",
                        wanted + " bytes for " + info.typeAndShape());
            }
            if (wanted > TensorInfo.MAX_BYTES) {
                throw new SafetensorsException(
                        file,
                        named(name) + " has " + wanted + " bytes",
                        "at most " + TensorInfo.MAX_BYTES + " a tensor");
            }
            return info;
        }
    }
}
