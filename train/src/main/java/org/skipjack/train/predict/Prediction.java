package org.skipjack.train.predict;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The classes of a picture, the most probable one first.
 *
 * @param ranking all classes
 */
public record Prediction(List<Candidate> ranking) {

    /**
     * A class and how probable it is: {@code p = exp(logit) / Σ exp(logits)}.
     *
     * @param label its number
     * @param name its name
     * @param probability from 0 to 1
     */
    public record Candidate(int label, String name, double probability) {}

    /** Copies the list. */
    public Prediction {
        ranking = List.copyOf(ranking);
    }

    /** By the softmax of the logits, computed in double precision and without overflow; of equals the lower label is first. */
    static Prediction of(float[] logits, List<String> names) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        var exponentials = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            exponentials[i] = Math.exp(logits[i] - largest);
            sum += exponentials[i];
        }
        double total = sum;
        return new Prediction(IntStream.range(0, logits.length)
                .mapToObj(i -> new Candidate(i, names.get(i), exponentials[i] / total))
                .sorted(Comparator.comparingDouble(Candidate::probability)
                        .reversed()
                        .thenComparingInt(Candidate::label))
                .toList());
    }

    /** The most probable class. */
    public Candidate best() {
        return ranking.getFirst();
    }

    /** The most probable classes, at most so many. */
    public List<Candidate> top(int count) {
        return ranking.subList(0, Math.min(count, ranking.size()));
    }
}
