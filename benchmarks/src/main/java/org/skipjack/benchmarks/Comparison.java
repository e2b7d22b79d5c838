package org.skipjack.benchmarks;

import java.util.List;

/**
 * What came of the sides of a comparison, each in the order in which they were prepared.
 *
 * @param results of the sides that went through
 * @param leftOut the other sides
 */
public record Comparison(List<SideResult> results, List<LeftOut> leftOut) {}
