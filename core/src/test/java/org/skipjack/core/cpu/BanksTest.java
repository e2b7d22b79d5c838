package org.skipjack.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skipjack.core.Assignment;
import org.skipjack.core.Graph;
import org.skipjack.core.OpCases;
import org.skipjack.core.Parameter;

/** Working memory in several arrays. */
class BanksTest {
    private static final int LINE = 16;
    private static final int TIMES = 12;

    /** What is taken: for each bank, time and line of 16 floats. */
    private static final class Lines {
        private final int usual;
        private final List<boolean[][]> banks = new ArrayList<>();

        Lines(int usual) {
            this.usual = usual;
        }

        /** Bank and line of the first gap. */
        int[] fit(int from, int to, int length) {
            for (int bank = 0; ; bank++) {
                if (bank == banks.size()) {
                    banks.add(new boolean[TIMES][Math.max(usual, length)]);
                }
                boolean[][] taken = banks.get(bank);
                for (int first = 0; first + length <= taken[0].length; first++) {
                    if (isFree(taken, from, to, first, length)) {
                        for (int time = from; time <= to; time++) {
                            Arrays.fill(taken[time], first, first + length, true);
                        }
                        return new int[] {bank, first};
                    }
                }
            }
        }

        private static boolean isFree(boolean[][] taken, int from, int to, int first, int length) {
            for (int time = from; time <= to; time++) {
                for (int line = first; line < first + length; line++) {
                    if (taken[time][line]) {
                        return false;
                    }
                }
            }
            return true;
        }

        long used() {
            long used = 0;
            for (boolean[][] taken : banks) {
                int end = 0;
                for (boolean[] at : taken) {
                    for (int line = 0; line < at.length; line++) {
                        end = at[line] ? Math.max(end, line + 1) : end;
                    }
                }
                used += Arena.FIRST + (long) end * LINE;
            }
            return used;
        }
    }

    /** Some values are longer than a bank usually is; few kinds of them, as layers of a net are alike. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void aValueLiesInTheFirstGapOfOneBankThatIsFreeWhileItIsNeeded(int seed) {
        var random = new Random(seed);
        int usual = 8 + random.nextInt(40);
        var arena = new Arena(usual * LINE);
        var banks = new Banks(arena);
        var lines = new Lines(usual);
        var places = new ArrayList<Place>();
        var expected = new ArrayList<int[]>();
        for (int i = 0; i < 400; i++) {
            int from = random.nextInt(TIMES);
            int to = from + random.nextInt(Math.min(4, TIMES - from));
            int length = 1 + random.nextInt(random.nextInt(20) == 0 ? 3 * usual / 2 : 1 + usual / 4);
            places.add(banks.place(from, to, length * LINE, 0));
            expected.add(lines.fit(from, to, length));
        }
        arena.reserve(banks.lengths());

        assertThat(banks.lengths()).hasSizeGreaterThan(3);
        assertThat(banks.floats()).isEqualTo(lines.used());
        for (int i = 0; i < places.size(); i++) {
            assertThat(places.get(i).array())
                    .as("bank of %d", i)
                    .isSameAs(arena.bank(expected.get(i)[0]).array());
            assertThat(places.get(i).at(0, 0)).as("offset of %d", i).isEqualTo(Arena.FIRST + expected.get(i)[1] * LINE);
        }
    }

    @Test
    void onlyBanksThatAreTooShortAreReplaced() {
        var arena = new Arena(100);
        arena.reserve(new int[] {100, 300, 50});
        float[] first = arena.bank(0).array();
        float[] second = arena.bank(1).array();
        assertThat(arena.bank(2).array()).hasSizeBetween(50, 100);
        arena.reserve(new int[] {100, 301, 40, 7});
        assertThat(arena.bank(0).array()).isSameAs(first);
        assertThat(arena.bank(1).array()).isNotSameAs(second).hasSize(301);
        assertThat(arena.bank(3).array()).hasSizeGreaterThanOrEqualTo(7);
    }

    /** Residual blocks, norms and classifiers with their gradients, trained for three steps by plans that share an arena. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void trainingInManyBanksGivesTheBitsOfOne(int threads) {
        var one = new Arena(1 << 24);
        var many = new Arena(1 << 10);
        assertThat(trained(many, threads)).isEqualTo(trained(one, threads));
        assertThat(many.count()).isGreaterThan(10);
        assertThat(one.count()).isEqualTo(1);
    }

    /** The outputs of each step and the variables afterwards, case by case. */
    private static List<Object> trained(Arena arena, int threads) {
        var workers = new Workers(threads);
        var results = new ArrayList<Object>();
        OpCases.all().filter(c -> c.name().startsWith("block ")).forEach(c -> {
            var updates = new ArrayList<Assignment>();
            for (int i = 1; i < c.outputs().size(); i++) {
                if (c.leaves().get(i - 1) instanceof Parameter p) {
                    updates.add(new Assignment(p, p.sub(c.outputs().get(i).mul(0.01f))));
                }
            }
            Graph graph = Graph.of(c.outputs(), updates);
            CpuPlan plan = CpuPlan.of(graph, arena, new PreparedPlaces(), workers, Set.of());
            for (int step = 0; step < 3; step++) {
                results.add(bits(plan.run(graph.data())));
            }
            c.leaves().stream()
                    .filter(Parameter.class::isInstance)
                    .forEach(p -> results.add(bits(((Parameter) p).toFloatArray())));
        });
        return results;
    }

    private static List<List<Integer>> bits(float[]... arrays) {
        var all = new ArrayList<List<Integer>>();
        for (float[] array : arrays) {
            var bits = new ArrayList<Integer>();
            for (float value : array) {
                bits.add(Float.floatToRawIntBits(value));
            }
            all.add(bits);
        }
        return all;
    }
}
