package org.skipjack.train.predict;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.skipjack.core.Tensor;
import org.skipjack.nn.FrozenNet;
import org.skipjack.nn.Module;
import org.skipjack.train.exchange.InputTransform;
import org.skipjack.train.exchange.StoredModel;

/**
 * Classifies images with a trained net. One instance serves any number of threads, virtual ones too, with one copy of the
 * weights; those of concurrent calls are computed together in batches of up to {@value #LARGEST_BATCH}.
 *
 * <p>The net is a {@link FrozenNet}: apart from the module it was made of, batch norms folded. The images beside it in a batch
 * have no influence on an image; batches of up to 8 and larger ones are computed in different orders, so its probabilities may
 * differ in the last digits. When all places in the queue are taken, callers wait.
 *
 * <pre>{@code
 * var model = StoredModel.load(Weights.read(file), Models.find("lenet-bn"));
 * try (var predictor = Predictor.of(model)) {
 *     Prediction.Candidate best = predictor.predict(ImageIO.read(photo)).best();
 * }
 * }</pre>
 */
public final class Predictor implements AutoCloseable {

    /** Images that are computed together at most. */
    private static final int LARGEST_BATCH = 64;

    /** Batches come in these sizes, so that few plans are made; up to 8 examples are planned for a single one's speed. */
    private static final int[] SIZES = {1, 4, 8, 16, 32, LARGEST_BATCH};

    private static final int QUEUE = 1024;

    private final FrozenNet net;
    private final int[] shape;
    private final List<String> classNames;
    private final PicturePreparation preparation;
    private final MicroBatches batches;

    /** Held for reading by each call; a ReentrantReadWriteLock would end at 65,535 of them. */
    private final StampedLock use = new StampedLock();

    private boolean closed;

    private Predictor(
            Module module, int[] shape, List<String> classNames, PictureStyle style, InputTransform transform) {
        this.net = FrozenNet.of(module, shape, SIZES);
        this.shape = shape.clone();
        this.classNames = List.copyOf(classNames);
        this.preparation = new PicturePreparation(style, shape[0], shape[1], shape[2], transform);
        this.batches = new MicroBatches(this::logits, LARGEST_BATCH, QUEUE);
        int classes = net.apply(Tensor.full(0, 1, shape[0], shape[1], shape[2]))
                .shape()
                .dim(-1);
        if (classes != classNames.size()) {
            throw new IllegalArgumentException(
                    "[Predictor] the net has " + classes + " classes, got " + classNames.size() + " names");
        }
    }

    /**
     * A predictor of a net that was trained on whole pictures, with levels between 0 and 1.
     *
     * @param shape of an image, {@code [channels, height, width]}
     * @param classNames a name for each class
     * @param style how pictures were made into training data
     * @throws org.skipjack.core.ShapeMismatchException if such images do not fit the net
     * @throws IllegalArgumentException if the number of names is not that of the classes
     */
    public static Predictor of(Module module, int[] shape, List<String> classNames, PictureStyle style) {
        return new Predictor(module, shape, classNames, style, InputTransform.NONE);
    }

    /**
     * A predictor of a stored model, which knows what pictures it wants and perhaps the names of its classes; else they are
     * numbered.
     */
    public static Predictor of(StoredModel model) {
        return of(model, model.classNames());
    }

    /** As {@link #of(StoredModel)}, with other names of the classes. */
    public static Predictor of(StoredModel model, List<String> classNames) {
        List<String> names = classNames.isEmpty()
                ? IntStream.range(0, model.classes())
                        .mapToObj(i -> "class " + i)
                        .toList()
                : classNames;
        return new Predictor(
                model.module(), model.inputShape(), names, PictureStyle.of(model.dataset()), model.transform());
    }

    /** How pictures are made into input. */
    public PicturePreparation preparation() {
        return preparation;
    }

    /** Names of the classes, by label. */
    public List<String> classNames() {
        return classNames;
    }

    /**
     * Classifies a picture of any size and colour, prepared as the training data were.
     *
     * @throws PredictionException if the predictor is closed
     */
    public Prediction predict(BufferedImage picture) {
        return predict(preparation.prepare(picture).pixels());
    }

    /**
     * Classifies an image as data sets have it: unsigned bytes, {@code [channels, height, width]}, which are divided by 255 and
     * normalised if the net wants that.
     *
     * @throws IllegalArgumentException if their number differs
     * @throws PredictionException if the predictor is closed
     */
    public Prediction predict(byte[] pixels) {
        check(pixels.length);
        return predict(preparation.input(pixels));
    }

    /**
     * Classifies the net's own input, {@code [channels, height, width]}, normalised already.
     *
     * @throws IllegalArgumentException if the number of values differs
     * @throws PredictionException if the predictor is closed
     */
    public Prediction predict(float[] pixels) {
        check(pixels.length);
        return whileOpen(() -> Prediction.of(batches.submit(pixels), classNames));
    }

    /** Classifies several inputs as {@link #predict(float[])} does one, in batches. */
    public List<Prediction> predictAll(List<float[]> inputs) {
        inputs.forEach(input -> check(input.length));
        return whileOpen(() -> {
            var predictions = new ArrayList<Prediction>();
            for (int from = 0; from < inputs.size(); from += LARGEST_BATCH) {
                logits(inputs.subList(from, Math.min(inputs.size(), from + LARGEST_BATCH)))
                        .forEach(logits -> predictions.add(Prediction.of(logits, classNames)));
            }
            return List.copyOf(predictions);
        });
    }

    private void check(int values) {
        int expected = shape[0] * shape[1] * shape[2];
        if (values != expected) {
            throw new IllegalArgumentException("[Predictor] an image has " + values + " values, expected " + expected
                    + " for " + Arrays.toString(shape));
        }
    }

    private <T> T whileOpen(Supplier<T> work) {
        long stamp = use.readLock();
        try {
            if (closed) {
                throw new PredictionException("this predictor is closed");
            }
            return work.get();
        } finally {
            use.unlockRead(stamp);
        }
    }

    /** Logits of each input, from a batch that is filled up with zeros to a size that is planned. */
    private List<float[]> logits(List<float[]> inputs) {
        int size = IntStream.of(SIZES)
                .filter(planned -> planned >= inputs.size())
                .findFirst()
                .orElseThrow();
        int values = shape[0] * shape[1] * shape[2];
        var pixels = new float[size * values];
        for (int i = 0; i < inputs.size(); i++) {
            System.arraycopy(inputs.get(i), 0, pixels, i * values, values);
        }
        float[] logits = net.apply(Tensor.wrap(pixels, size, shape[0], shape[1], shape[2]))
                .toFloatArray();
        int classes = classNames.size();
        return IntStream.range(0, inputs.size())
                .mapToObj(i -> Arrays.copyOfRange(logits, i * classes, (i + 1) * classes))
                .toList();
    }

    /** Waits for the calls that are under way; later ones are refused. */
    @Override
    public void close() {
        long stamp = use.writeLock();
        closed = true;
        use.unlockWrite(stamp);
    }
}
