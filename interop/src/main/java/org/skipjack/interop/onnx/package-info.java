/**
 * Nets as ONNX models, the format that other frameworks and runtimes read and write: {@link OnnxExport} turns the expression
 * of any module into a model, {@code OnnxImport} turns a model of a convolutional net into a module that can be run and
 * trained on. For programs; the other rooms do not know it. Open {@link org.skipjack.interop.onnx.OnnxExport} first.
 */
@NullMarked
package org.skipjack.interop.onnx;

import org.jspecify.annotations.NullMarked;
