package org.skipjack.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.skipjack.train.data.DataSourceReport.State;

class FashionMnistTest {

    @BeforeEach
    void needsTheRealData() {
        assumeTrue(RealFashionMnist.isAvailable(), RealFashionMnist.WHY_SKIPPED);
    }

    @Test
    void hasSixtyThousandAndTenThousandImagesInTenEqualClasses() throws IOException {
        var train = FashionMnist.train(RealFashionMnist.SOURCE);
        var test = FashionMnist.test(RealFashionMnist.SOURCE);
        assertThat(train.exampleShape()).containsExactly(1, 28, 28);
        assertThat(countLabels(train)).containsOnly(6000).hasSize(10);
        assertThat(countLabels(test)).containsOnly(1000).hasSize(10);
        assertThat(train.sha256()).isNotEqualTo(test.sha256()).hasSize(64);
    }

    @Test
    void givesThePixelsAndLabelsThatToTensorGives() throws IOException {
        var test = FashionMnist.test(RealFashionMnist.SOURCE);

        assertThat(test.classNames().get(test.label(0))).isEqualTo("ankle boot");
        var values = new float[784 + 5];
        test.copyExample(0, values, 5);
        byte[] bytes = test.image(0);
        for (int i = 0; i < bytes.length; i++) {
            assertThat(values[5 + i]).isEqualTo((bytes[i] & 0xFF) / 255f);
        }
        assertThat(values).startsWith(0, 0, 0, 0, 0);
    }

    @Test
    void isReportedAsVerified() {
        var report = FashionMnist.inspect(RealFashionMnist.SOURCE);
        assertThat(report.usable().orElseThrow().state()).isEqualTo(State.VERIFIED);
    }

    private static int[] countLabels(Dataset dataset) {
        var counts = new int[dataset.classes()];
        for (int i = 0; i < dataset.size(); i++) {
            counts[dataset.label(i)]++;
        }
        return counts;
    }
}
