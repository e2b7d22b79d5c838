package org.skipjack.benchmarks;

import java.util.OptionalDouble;

/**
 * What Skipjack is asked to reach in one figure of a comparison: two levels or three, each harder than the one before. Where the
 * aim lies below the gate, less is better.
 *
 * @param figure what is measured
 * @param gate what it takes to be called done
 * @param aim what is aimed at
 * @param moonshot what would be a surprise; empty if nobody has named one
 */
record Goal(Figure figure, double gate, double aim, OptionalDouble moonshot) {

    /** A goal with all three levels. */
    Goal(Figure figure, double gate, double aim, double moonshot) {
        this(figure, gate, aim, OptionalDouble.of(moonshot));
    }

    /** A goal without a moonshot. */
    Goal(Figure figure, double gate, double aim) {
        this(figure, gate, aim, OptionalDouble.empty());
    }

    /** The hardest level that a value reaches: "moonshot", "aim" or "gate", otherwise "missed". */
    String level(double measured) {
        if (moonshot.isPresent() && reaches(measured, moonshot.getAsDouble())) {
            return "moonshot";
        }
        if (reaches(measured, aim)) {
            return "aim";
        }
        return reaches(measured, gate) ? "gate" : "missed";
    }

    private boolean reaches(double measured, double level) {
        return aim < gate ? measured <= level : measured >= level;
    }
}
