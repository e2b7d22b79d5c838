package org.skipjack.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skipjack.nn.Init;
import org.skipjack.nn.Linear;
import org.skipjack.nn.Module;
import org.skipjack.nn.StateDictException;
import org.skipjack.train.Quadrants;

class WeightsTest {

    @TempDir
    Path folder;

    @Test
    void everythingComesBack() {
        Module net = Quadrants.netWithBatchNorm();
        net.stateDict().get("2.num_batches_tracked").assign(123);
        net.stateDict().get("2.running_mean").assign(1, 2, 3, 4, 5, 6, 7, 8);
        Path file = folder.resolve("net.safetensors");
        Weights.write(file, net, Map.of("model", "small", "classes", "4"));
        Module other = Quadrants.netWithBatchNorm().reset(Init.generator(9));

        Weights weights = Weights.read(file);
        weights.loadInto(other);

        net.stateDict()
                .forEach((name, variable) -> assertThat(
                                other.stateDict().get(name).toFloatArray())
                        .as(name)
                        .isEqualTo(variable.toFloatArray()));
        assertThat(weights.metadata("model")).contains("small");
        assertThat(weights.metadata("dataset")).isEmpty();
        assertThat(weights.number("classes")).hasValue(4);
        assertThat(weights.number("resize")).isEmpty();
    }

    @Test
    void weightsOfAnotherNetAreRefusedWithEveryDifference() {
        Path file = folder.resolve("net.safetensors");
        Weights.write(file, new Linear(3, 2), Map.of());

        assertThatThrownBy(() -> Weights.read(file).loadInto(Quadrants.netWithBatchNorm()))
                .isInstanceOf(StateDictException.class)
                .hasMessageContainingAll("1.weight", "bias");
    }

    @Test
    void aNumberThatIsNoneIsRefused() {
        Path file = folder.resolve("net.safetensors");

        for (String text : List.of("ten", "-1", "0", "99999999999")) {
            Weights.write(file, new Linear(3, 2), Map.of("classes", text));
            assertThatThrownBy(() -> Weights.read(file).number("classes"))
                    .isInstanceOf(RunFolderException.class)
                    .hasMessageContaining("classes is not a positive whole number");
        }
    }
}
