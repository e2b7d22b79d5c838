package org.skipjack.train.data;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What an IDX file must be for {@link IdxFile#read} to accept it.
 *
 * @param elementType the element type
 * @param rank the number of dimensions, 1 to 255
 * @param dimensions the exact dimensions, or none when any are accepted
 * @param maxBytes the most bytes of elements accepted
 */
public record IdxSpec(ElementType elementType, int rank, List<Integer> dimensions, long maxBytes) {

    /** The cap on a file whose dimensions are not known beforehand: 1 GiB. */
    public static final long DEFAULT_MAX_BYTES = 1L << 30;

    /** Checks the arguments. */
    public IdxSpec {
        if (rank < 1 || rank > 255) {
            throw new IllegalArgumentException("[IdxSpec] rank is " + rank + ", expected 1 to 255");
        }
        dimensions = List.copyOf(dimensions);
        if (!dimensions.isEmpty() && dimensions.size() != rank) {
            throw new IllegalArgumentException(
                    "[IdxSpec] " + dimensions.size() + " dimensions for rank " + rank + ", expected as many");
        }
        if (maxBytes < 1) {
            throw new IllegalArgumentException("[IdxSpec] maxBytes is " + maxBytes + ", expected at least 1");
        }
    }

    /** Accepts any dimensions of this rank, up to {@link #DEFAULT_MAX_BYTES}. */
    public static IdxSpec ofRank(ElementType elementType, int rank) {
        return new IdxSpec(elementType, rank, List.of(), DEFAULT_MAX_BYTES);
    }

    /** Accepts exactly these dimensions. */
    public static IdxSpec exactly(ElementType elementType, int... dimensions) {
        long bytes = elementType.bytes();
        for (int dimension : dimensions) {
            bytes = Math.multiplyExact(bytes, dimension);
        }
        return new IdxSpec(
                elementType,
                dimensions.length,
                Arrays.stream(dimensions).boxed().toList(),
                bytes);
    }

    /** The four bytes every such file starts with. */
    int magic() {
        return (elementType.code() << 8) | rank;
    }

    @Override
    public String toString() {
        return dimensions.isEmpty()
                ? elementType.plural() + " of rank " + rank
                : elementType.plural() + " "
                        + dimensions.stream().map(Object::toString).collect(Collectors.joining(" x "));
    }
}
