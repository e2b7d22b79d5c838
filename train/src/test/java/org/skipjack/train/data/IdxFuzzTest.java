package org.skipjack.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** 20,000 damaged files: each is either read or refused by {@link MalformedDataException}; nothing else is thrown. */
class IdxFuzzTest {

    private static final int INPUTS = 20_000;
    private static final IdxSpec IMAGES = IdxSpec.ofRank(ElementType.UNSIGNED_BYTE, 3);
    private static final byte[] PLAIN = IdxBytes.images(6, 5, 4, 3);
    private static final byte[][] SEEDS = {
        PLAIN,
        IdxBytes.gzip(PLAIN),
        IdxBytes.gzip(IdxBytes.images(64, 8, 8, 0)),
        IdxBytes.join(IdxBytes.gzip(PLAIN), IdxBytes.gzip(new byte[0])),
        IdxBytes.labels(1, 2, 3)
    };

    private static final Path NAME = Path.of("fuzz");

    @Test
    void everyDamagedFileIsReadOrRefusedInOneLine() throws IOException {
        var random = new Random(20_000);
        int read = 0;
        int refused = 0;
        for (int i = 0; i < INPUTS; i++) {
            byte[] input = damaged(SEEDS[random.nextInt(SEEDS.length)], random);
            try {
                var contents = IdxFile.read(NAME, new ByteArrayInputStream(input), input.length, IMAGES);
                assertThat(contents.data()).hasSize(product(contents.dimensions()));
                read++;
            } catch (MalformedDataException e) {
                assertThat(e.getMessage()).startsWith("fuzz: ").hasLineCount(1);
                refused++;
            }
        }
        assertThat(read + refused).isEqualTo(INPUTS);
        // Damage to pixels of a plain file goes unseen, nearly all else does not.
        assertThat(read).isBetween(100, INPUTS / 4);
    }

    private static int product(int[] dimensions) {
        int product = 1;
        for (int dimension : dimensions) {
            product *= dimension;
        }
        return product;
    }

    private static byte[] damaged(byte[] seed, Random random) {
        byte[] bytes = seed.clone();
        for (int rounds = 1 + random.nextInt(3); rounds > 0 && bytes.length > 0; rounds--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes[random.nextInt(Math.min(bytes.length, 16))] = (byte) (random.nextBoolean() ? 0 : 0xFF);
                case 3 -> bytes = Arrays.copyOf(bytes, at);
                case 4 -> {
                    var more = new byte[random.nextInt(40)];
                    random.nextBytes(more);
                    bytes = IdxBytes.join(bytes, more);
                }
                default -> bytes = IdxBytes.join(Arrays.copyOf(bytes, at), seed);
            }
        }
        return bytes;
    }
}
