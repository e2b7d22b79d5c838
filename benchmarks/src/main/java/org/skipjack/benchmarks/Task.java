package org.skipjack.benchmarks;

/** What a step does. */
public enum Task {
    /** Forward with batch statistics, backward and update. */
    TRAINING,
    /** Forward with running statistics, no gradient: from images to logits. */
    INFERENCE
}
