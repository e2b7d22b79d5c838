package org.skipjack.benchmarks;

import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;

/** What a goal may be set for, as a comparison's JSON has it. */
enum Figure {
    IMAGES("images/s", "images_per_second", ""),
    TIMES_FLOAT32("times the fastest float32 peer", "ratio_to_best_fp32_peer", "best_fp32_peer"),
    TIMES_BFLOAT16("times bfloat16", "ratio_to_best_bf16_peer", "best_bf16_peer"),
    TIMES_LIBTORCH("times LibTorch as it comes", "ratio_to_libtorch_as_it_comes", "libtorch_as_it_comes"),
    TIMES_BEST_LIBTORCH("times LibTorch in its fastest setting", "ratio_to_best_libtorch", "best_libtorch"),
    SHARE_OF_MEMORY("share of the least resident memory", "share_of_least_resident", "least_resident_fp32_peer");

    private final String description;
    private final String field;
    private final String peer;

    /**
     * Names it.
     *
     * @param description in a few words
     * @param field in Skipjack's row
     * @param peer field that names the side it refers to, of the whole comparison; empty if there is none
     */
    Figure(String description, String field, String peer) {
        this.description = description;
        this.field = field;
        this.peer = peer;
    }

    /** The value; empty if the comparison failed or the side that it refers to took no part. */
    OptionalDouble measured(JsonNode comparison) {
        JsonNode found = comparison.path("sides").path("skipjack").path(field);
        return found.isNumber() ? OptionalDouble.of(found.doubleValue()) : OptionalDouble.empty();
    }

    /** What it is, with the name of the side that it refers to where there is one. */
    String describe(JsonNode comparison) {
        Optional<String> side = comparison.path(peer).stringValueOpt();
        return side.map(name -> description + ", " + name).orElse(description);
    }
}
