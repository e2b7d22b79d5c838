/**
 * Nets as ONNX models, the format that other frameworks and runtimes read and write: {@link
 * org.skipjack.interop.onnx.OnnxExport} turns the expression of any module into a model, {@link
 * org.skipjack.interop.onnx.OnnxImport} turns a model of a convolutional net into a module that can be run and trained on.
 *
 * <p>For programs; the other rooms know it as a service only. Open {@link org.skipjack.interop.onnx.OnnxExport} first.
 */
@NullMarked
package org.skipjack.interop.onnx;

import org.jspecify.annotations.NullMarked;
