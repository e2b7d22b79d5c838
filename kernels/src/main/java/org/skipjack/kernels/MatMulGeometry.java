package org.skipjack.kernels;

/**
 * Sizes of a matrix that a batch is multiplied with: entry {@code (r, k)} lies at {@code r rowStride + k depthStride}.
 *
 * @param rows rows, the size of a result
 * @param depth columns, the size of an operand
 * @param rowStride from one row to the next
 * @param depthStride from one column to the next
 */
public record MatMulGeometry(int rows, int depth, int rowStride, int depthStride) {}
