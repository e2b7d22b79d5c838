package org.skipjack.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Against {@code pillow-bilinear.tsv}, made by {@code src/test/fixtures/pillow_bilinear.py}. */
class PillowBilinearTest {

    private record Fixture(
            String source, int inHeight, int inWidth, int height, int width, String sha256, String base64) {
        boolean isSource() {
            return inHeight == height && inWidth == width;
        }

        boolean isWholeTestSet() {
            return source.equals("t10k");
        }
    }

    private static List<Fixture> fixtures() throws IOException {
        var fixtures = new ArrayList<Fixture>();
        var stream = Objects.requireNonNull(PillowBilinearTest.class.getResourceAsStream("pillow-bilinear.tsv"));
        try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.US_ASCII))) {
            for (var line : reader.lines().filter(text -> !text.startsWith("#")).toList()) {
                String[] fields = line.split("\t", -1);
                fixtures.add(new Fixture(
                        fields[0],
                        Integer.parseInt(fields[1]),
                        Integer.parseInt(fields[2]),
                        Integer.parseInt(fields[3]),
                        Integer.parseInt(fields[4]),
                        fields[5],
                        fields[6]));
            }
        }
        return fixtures;
    }

    private static Map<String, byte[]> sources(List<Fixture> fixtures) {
        var sources = new HashMap<String, byte[]>();
        for (var fixture : fixtures) {
            if (fixture.isSource()) {
                sources.put(fixture.source(), Base64.getDecoder().decode(fixture.base64()));
            }
        }
        return sources;
    }

    private static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(Digests.sha256().digest(bytes));
    }

    @Test
    void equalsPillowBitForBit() throws IOException {
        var fixtures = fixtures();
        var sources = sources(fixtures);
        int compared = 0;
        for (var fixture : fixtures) {
            if (fixture.isWholeTestSet()) {
                continue;
            }
            byte[] resized = new PillowBilinear(
                            fixture.inHeight(), fixture.inWidth(), fixture.height(), fixture.width())
                    .resize(Objects.requireNonNull(sources.get(fixture.source())));
            if (!fixture.base64().equals("-")) {
                assertThat(resized)
                        .as(fixture.toString())
                        .isEqualTo(Base64.getDecoder().decode(fixture.base64()));
            }
            assertThat(sha256(resized)).as(fixture.toString()).isEqualTo(fixture.sha256());
            compared++;
        }
        assertThat(compared).isEqualTo(64);
    }

    @Test
    void equalsPillowOnEveryRealTestImage() throws IOException {
        assumeTrue(RealFashionMnist.isAvailable(), RealFashionMnist.WHY_SKIPPED);
        var test = FashionMnist.test(RealFashionMnist.SOURCE);
        for (var fixture : fixtures()) {
            if (fixture.isWholeTestSet()) {
                var resized = test.resize(fixture.height());
                var digest = Digests.sha256();
                for (int i = 0; i < resized.size(); i++) {
                    digest.update(resized.image(i));
                }
                assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(fixture.sha256());
            }
        }
    }

    @Test
    void resizesADataSetInSlabsAsEachImageAlone() {
        // Two channels of 3 x 5, enlarged to 1024 x 1024: 2 MiB an image, so 20 images fill more than one slab of 16
        // MiB.
        var pixels = new byte[20 * 2 * 3 * 5];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * 37);
        }
        var images = ImageDataset.of(2, 3, 5, pixels, new byte[20], List.of("all"));
        var resized = images.resize(1024, 1024);
        var resampler = new PillowBilinear(3, 5, 1024, 1024);
        assertThat(resized.exampleShape()).containsExactly(2, 1024, 1024);
        for (int i : new int[] {0, 7, 8, 19}) {
            byte[] both = resized.image(i);
            for (int channel = 0; channel < 2; channel++) {
                var plane = new byte[15];
                System.arraycopy(pixels, (i * 2 + channel) * 15, plane, 0, 15);
                var expected = resampler.resize(plane);
                assertThat(Arrays.copyOfRange(both, channel << 20, (channel + 1) << 20))
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void refusesAPlaneOfAnotherSize() {
        assertThatThrownBy(() -> new PillowBilinear(28, 28, 96, 96).resize(new byte[100]))
                .hasMessage("[PillowBilinear] plane has 100 bytes, expected 784 (28 x 28)");
    }
}
