package org.skipjack.train.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skipjack.nn.models.Models;
import org.skipjack.train.run.Weights;
import org.skipjack.train.safetensors.SafetensorsFile;
import org.skipjack.train.safetensors.StoredType;

/** State dicts of PyTorch and torchvision come in by name, give PyTorch's logits, and go out as they came. */
class PyTorchExchangeTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"lenet-bn", "resnet18", "resnet18-tv", "resnet50-tv"})
    void aStateDictOfPyTorchGivesItsLogitsAndComesOutAgain(String model) {
        PyTorchNet net = PyTorchNet.named(model);
        Path file = folder.resolve("in.safetensors");
        net.write(file, "", true);

        StoredModel stored = StoredModel.load(Weights.read(file), Models.find(model));

        assertThat(stored.channels()).isEqualTo(net.images()[1]);
        assertThat(stored.classes()).isEqualTo(net.logits().length / net.images()[0]);
        float[] logits = stored.module().eval().call(net.batch()).toFloatArray();
        // PyTorch's own float32 logits are up to 1e-6 from these, which are of double precision.
        assertThat(net.distance(logits)).isLessThan(1e-5);

        Path out = folder.resolve("out.safetensors");
        ExportFormat.find("safetensors").write(out, stored, false);
        SafetensorsFile exported = SafetensorsFile.read(out);
        assertThat(exported.names())
                .containsExactlyInAnyOrderElementsOf(net.shapes().keySet());
        net.shapes().forEach((name, shape) -> {
            boolean counter = name.endsWith("num_batches_tracked");
            assertThat(exported.shape(name)).as(name).isEqualTo(shape);
            assertThat(exported.dtype(name)).as(name).isEqualTo(counter ? StoredType.I64 : StoredType.F32);
            assertThat(exported.floats(name)).as(name).isEqualTo(net.values(name));
        });
        assertThat(exported.metadata()).containsEntry("format", "pt").containsEntry("model", model);
    }

    @Test
    void weightsFromBeforeCountersAreTakenAndCountFromZero() {
        PyTorchNet net = PyTorchNet.named("lenet-bn");
        Path file = folder.resolve("old.safetensors");
        net.write(file, "", false);

        StoredModel stored = StoredModel.load(Weights.read(file), Models.find("lenet-bn"));

        assertThat(stored.module().stateDict().get("1.num_batches_tracked").toFloatArray())
                .containsExactly(0);
        assertThat(net.distance(stored.module().eval().call(net.batch()).toFloatArray()))
                .isLessThan(1e-5);
    }

    @Test
    void aPrefixIsNamedAndCanBeLeftOut() {
        PyTorchNet net = PyTorchNet.named("lenet-bn");
        Path file = folder.resolve("parallel.safetensors");
        net.write(file, "module.", true);
        Weights weights = Weights.read(file);

        assertThatThrownBy(() -> StoredModel.load(weights, Models.find("lenet-bn")))
                .isInstanceOf(ForeignWeightsException.class)
                .hasMessageStartingWith(file + ": not the weights of lenet-bn: ")
                .hasMessageContaining("the saved names begin with \"module.\", leave that out")
                .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1).hasSizeLessThan(1000));
        assertThat(StoredModel.load(weights.withoutPrefix("module."), Models.find("lenet-bn"))
                        .classes())
                .isEqualTo(10);
    }

    @Test
    void theModelThatTheWeightsFitIsNamed() {
        PyTorchNet net = PyTorchNet.named("lenet-bn");
        Path file = folder.resolve("lenet.safetensors");
        net.write(file, "", true);
        Weights weights = Weights.read(file);

        assertThatThrownBy(() -> StoredModel.load(weights, Models.find("lenet")))
                .isInstanceOf(ForeignWeightsException.class)
                .hasMessageContaining("Unexpected key(s) in state_dict: \"1.num_batches_tracked\"")
                .hasMessageEndingWith("; they fit lenet-bn, give that as the model");
    }

    @Test
    void aFormatThatThereIsNotIsRefusedWithTheNames() {
        assertThatThrownBy(() -> ExportFormat.find("pickle"))
                .hasMessage("there is no format \"pickle\"; there are safetensors");
    }
}
