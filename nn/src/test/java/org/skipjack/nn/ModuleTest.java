package org.skipjack.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import org.junit.jupiter.api.Test;
import org.skipjack.core.Buffer;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.Variable;

/** Names, modes, state and errors of nested modules. */
class ModuleTest {
    /** A block as users write them: children under names, called in {@code forward}. */
    private static final class Block extends Module {
        private final Conv2d first =
                child("conv1", new Conv2d(2, 4, Conv2d.kernel(3).padding(1)));
        private final Conv2d second = child("conv2", new Conv2d(3, 4, 3));
        private final Buffer calls = buffer("calls", Shape.scalar(), false);

        @Override
        public Tensor forward(Tensor x) {
            return second.call(first.call(x));
        }
    }

    private static final class Net extends Module {
        private final Module layer = child("layer1", new Sequential(new Block()));

        @Override
        public Tensor forward(Tensor x) {
            return layer.call(x);
        }
    }

    @Test
    void renamesVariablesToTheirPathFromTheOutermostModule() {
        var net = new Net();
        assertThat(net.parameters().stream().map(Variable::name))
                .containsExactly(
                        "layer1.0.conv1.weight", "layer1.0.conv1.bias", "layer1.0.conv2.weight", "layer1.0.conv2.bias");
        assertThat(net.layer.stateDict().keySet()).first().isEqualTo("0.conv1.weight");
        assertThat(net.layer.children().getFirst().namedChildren().get("conv2").path())
                .isEqualTo("layer1.0.conv2");
    }

    @Test
    void putsTheLayerIntoAnErrorOfShapes() {
        assertThatThrownBy(() -> new Net().forward(TestData.normal(1, 5, 2, 8, 8)))
                .hasMessageStartingWith("[conv2d] at layer1.0.conv2: ")
                .hasMessageContaining("[5, 4, 8, 8]")
                .hasMessageContaining("[4, 3, 3, 3]");
        assertThatThrownBy(() -> new Linear(3, 2).call(TestData.normal(1, 5, 4)))
                .hasMessage("[linear]: input [5, 4] does not end in 3 features; weight [2, 3]");
    }

    @Test
    void savesNoBufferThatIsMarkedSo() {
        var block = new Block();
        assertThat(block.stateDict()).doesNotContainKey("calls");
        assertThat(block.variables()).containsEntry("calls", block.calls);
    }

    @Test
    void setsTheModeOfAllModulesBelow() {
        var net = new Net();
        var modes = new ArrayList<Boolean>();
        net.eval().apply(m -> modes.add(m.isTraining()));
        net.train().apply(m -> modes.add(m.isTraining()));
        assertThat(modes).containsExactly(false, false, false, false, false, true, true, true, true, true);
    }

    @Test
    void appliesToChildrenBeforeParents() {
        var order = new ArrayList<String>();
        new Net().apply(m -> order.add(m.path()));
        assertThat(order).containsExactly("layer1.0.conv1", "layer1.0.conv2", "layer1.0", "layer1", "");
    }

    @Test
    void refusesASecondParentAndNamesThatAreTakenOrDotted() {
        var shared = new Sigmoid();
        var first = new Sequential(shared);
        assertThat(first.get(0)).isSameAs(shared);
        assertThatThrownBy(() -> new Sequential(new Relu(), shared))
                .hasMessage("a Sigmoid cannot become child 1 of a Sequential: it is already part of a module, as 0;"
                        + " make a second one");
        assertThatThrownBy(() -> first.child("0", new Relu())).hasMessage("a Sequential has a part named 0 already");
        assertThatThrownBy(() -> first.child("a.b", new Relu())).hasMessageContaining("\"a.b\" is no name");
        assertThatThrownBy(() -> first.parameter("", Shape.scalar())).hasMessageContaining("\"\" is no name");
    }

    @Test
    void collectsEveryKeyThatDoesNotFitBeforeItCopiesAny() {
        var net = new Sequential(new Linear(3, 2), new BatchNorm1d(2));
        var state = new LinkedHashMap<String, Tensor>(net.stateDict());
        state.remove("0.bias");
        state.remove("1.running_mean");
        state.put("0.weight", Tensor.full(5, 4, 3));
        state.put("1.bias", Tensor.full(5, 2));
        state.put("2.weight", Tensor.full(5, 1));
        assertThatThrownBy(() -> net.loadStateDict(state))
                .isInstanceOf(StateDictException.class)
                .hasMessage("Error(s) in loading state_dict for Sequential: Missing key(s) in state_dict: \"0.bias\","
                        + " \"1.running_mean\"; Unexpected key(s) in state_dict: \"2.weight\"; size mismatch for"
                        + " 0.weight: copying a param with shape [4, 3] from checkpoint, the shape in current model is"
                        + " [2, 3]; build the model with the options it was saved with");
        assertThat(net.stateDict().get("1.bias").toFloatArray()).containsExactly(0, 0);
    }

    @Test
    void suggestsTheNameOfTheSameShapeThatIsMostLikeAnUnexpectedOne() {
        var net = new Sequential(new Linear(3, 2), new BatchNorm1d(2));
        var state = new LinkedHashMap<String, Tensor>(net.stateDict());
        state.put("1.runing_mean", Tensor.full(0, 2));
        state.remove("1.running_mean");
        assertThatThrownBy(() -> net.loadStateDict(state))
                .hasMessageContaining(
                        "Unexpected key(s) in state_dict: \"1.runing_mean\" (did you mean" + " \"1.running_mean\"?)");
    }

    @Test
    void namesThePrefixThatAllUnexpectedKeysHave() {
        var net = new Linear(3, 2);
        var state = new LinkedHashMap<String, Tensor>();
        net.stateDict().forEach((name, value) -> state.put("module.fc." + name, value));
        assertThatThrownBy(() -> net.loadStateDict(state))
                .hasMessageEndingWith("; the saved names begin with \"module.fc.\", leave that out");
    }

    @Test
    void namesTheFirstFewOfManyKeys() {
        var state = new LinkedHashMap<String, Tensor>();
        for (int i = 0; i < 20; i++) {
            state.put("block." + i, Tensor.full(0, 1));
        }
        assertThatThrownBy(() -> new Linear(3, 2).loadStateDict(state))
                .hasMessageContaining("\"block.7\" and 12 more; ");
    }

    @Test
    void tellsTheKeysThatDoNotFitToPrograms() {
        var state = new LinkedHashMap<String, Tensor>();
        state.put("weight", Tensor.full(0, 1));
        state.put("scale", Tensor.full(0, 1));
        assertThatThrownBy(() -> new Linear(3, 2).loadStateDict(state))
                .isInstanceOfSatisfying(StateDictException.class, e -> {
                    assertThat(e.missing()).containsExactly("bias");
                    assertThat(e.unexpected()).containsExactly("scale");
                    assertThat(e.mismatched())
                            .containsExactly(new StateDictException.Mismatch("weight", Shape.of(1), Shape.of(2, 3)));
                });
    }
}
