package org.skipjack.train;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Cancellation;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;
import org.skipjack.nn.CrossEntropyLoss;
import org.skipjack.nn.Init;
import org.skipjack.nn.Module;
import org.skipjack.nn.Optimizer;
import org.skipjack.nn.Sgd;
import org.skipjack.nn.StateDictException;
import org.skipjack.train.data.Batch;
import org.skipjack.train.data.DataLoader;
import org.skipjack.train.data.DataLoadingException;
import org.skipjack.train.data.Dataset;

/**
 * Trains a classifier as the tutorial's {@code train_ch6} does: Xavier-uniform weights in linear and convolutional layers,
 * gradient descent on the mean cross-entropy, figures accumulated while the weights change, a test after each epoch.
 *
 * <pre>{@code
 * var trainer = new Trainer(net.to(Device.tryGpu()), TrainingOptions.of(10, 256, 1.0f));
 * TrainingResult result = trainer.fit(FashionMnist.train(), FashionMnist.test());
 * result.summary().forEach(IO::println);
 * }</pre>
 *
 * <p>The same options and data give the same weights, bit for bit, whatever the number of threads. A trainer serves one
 * training; {@link #stop} may be called from any thread.
 */
public final class Trainer {

    /** Curve points in an epoch, as in the tutorial. */
    private static final int POINTS_PER_EPOCH = 5;

    /** How long a step may go on after {@link #stop}: most steps end by then, and saving has to follow. */
    private static final long STEP_GRACE_NANOS = 500_000_000;

    private final Module module;
    private final TrainingOptions options;
    private final CrossEntropyLoss criterion = new CrossEntropyLoss();
    private final List<TrainingListener> listeners = new ArrayList<>();
    private boolean keepWeights;
    private FineTuning tuning = FineTuning.NONE;
    private @Nullable TrainingState resumed;
    private @Nullable StepReplay replay;
    private volatile boolean stopRequested;
    private volatile long stopNanos;

    /** A training of that module, on the device that holds it. */
    public Trainer(Module module, TrainingOptions options) {
        this.module = module;
        this.options = options;
    }

    /** Adds a listener; they are called in the order in which they were added. */
    public Trainer listen(TrainingListener listener) {
        listeners.add(listener);
        return this;
    }

    /**
     * Starts from the values that the module has. Otherwise they are drawn by the seed as PyTorch's are by {@code
     * torch.manual_seed(seed)}, making the net, and {@code net.apply(init_weights)} with {@code xavier_uniform_}.
     */
    public Trainer keepWeights() {
        keepWeights = true;
        return this;
    }

    /** Trains a part of the module only, or parts at learning rates of their own. */
    public Trainer fineTune(FineTuning parts) {
        tuning = parts;
        return this;
    }

    /**
     * Goes on where an earlier training of the same module, options and data stood. What this one computes has the bits
     * that the earlier one would have computed. More epochs than the earlier one was to have are the only difference that
     * there may be.
     */
    public Trainer resume(TrainingState state) {
        resumed = state;
        return this;
    }

    /**
     * Looks for the first op whose result is not finite when the loss is not, by computing that step again op by op. Keeps a
     * copy of all weights for that.
     */
    public Trainer checkNumerics() {
        replay = new StepReplay(module);
        return this;
    }

    /**
     * Asks the training to end after the current step. A step that takes longer than half a second from now, perhaps because
     * kernels are being compiled for it, is given up: it has changed nothing, and whoever resumes the training computes it
     * again. Interrupting the training thread ends it after the step, however long that takes.
     */
    public void stop() {
        if (!stopRequested) {
            stopNanos = System.nanoTime();
            stopRequested = true;
        }
    }

    /**
     * Trains for the given number of epochs and tests after each.
     *
     * @param train training examples, shuffled anew for each epoch by the seed
     * @param test test examples
     * @return the figures of the last epoch, and both rates
     * @throws IllegalArgumentException if the data do not fit the module, or the last batch of an epoch would hold a single
     *     example and the module normalises over the batch
     * @throws StateDictException if the state to resume from is that of another module or optimiser
     * @throws DivergedException if the loss becomes NaN or infinite
     * @throws DataLoadingException if the data set fails
     */
    public TrainingResult fit(Dataset train, Dataset test) {
        var trainLoader = DataLoader.builder(train, options.batchSize())
                .shuffle(options.seed())
                .build();
        var testLoader = DataLoader.builder(test, options.batchSize()).build();
        checkBatches(trainLoader);
        Optimizer optimizer = optimizer();
        var progress = new TrainingProgress(options.epochs(), trainLoader.batches());
        begin(optimizer, progress);
        listeners.forEach(listener -> listener.onStart(progress));
        tellResumable(optimizer, progress);
        try {
            for (int epoch = progress.completedEpochs() + 1; epoch <= options.epochs() && !stopping(); epoch++) {
                progress.beginEpoch(epoch);
                trainEpoch(trainLoader, optimizer, progress);
                testEpoch(testLoader, optimizer, progress);
            }
        } catch (DataLoadingException e) {
            if (!Thread.currentThread().isInterrupted()) {
                throw e;
            }
        } catch (CancellationException e) {
            if (!stopping()) {
                throw e;
            }
        }
        return finish(progress);
    }

    private void begin(Optimizer optimizer, TrainingProgress progress) {
        if (resumed != null) {
            module.loadVariables(resumed.model());
            optimizer.loadStateDict(resumed.optimizer());
            progress.resume(resumed.position());
        } else if (!keepWeights) {
            RandomGenerator random = Init.generator(options.seed());
            module.reset(random).apply(Init.xavierWeights(random));
        }
    }

    private void tellResumable(Optimizer optimizer, TrainingProgress progress) {
        listeners.forEach(listener -> listener.onResumable(
                progress, () -> new TrainingState(module.variables(), optimizer.stateDict(), progress.position())));
    }

    private void trainEpoch(DataLoader loader, Optimizer optimizer, TrainingProgress progress) {
        module.train();
        int stepsBetweenPoints = Math.max(1, loader.batches() / POINTS_PER_EPOCH);
        try (var batches = loader.epoch(progress.epoch() - 1, progress.step())) {
            while (batches.hasNext() && !stopping()) {
                Batch batch = batches.next();
                progress.beginStep();
                if (replay != null) {
                    replay.remember();
                }
                Tensor labels = Tensor.ofInts(batch.labels(), batch.size());
                Tensor logits = module.call(Tensor.wrap(batch.images(), batch.shape()));
                Tensor loss = criterion.forward(logits, labels);
                Tensor correct = logits.argMax(1).equalTo(labels).sum();
                Cancellation.heed(this::overdue, () -> optimizer.minimize(loss, correct));
                progress.endStep(loss.item(), correct.item(), batch.size());
                if (!Float.isFinite(loss.item())) {
                    String cause = replay == null ? "" : replay.cause(batch, criterion);
                    throw new DivergedException(loss.item(), progress, options.learningRate(), cause);
                }
                listeners.forEach(listener -> listener.onStep(progress));
                if (progress.step() % stepsBetweenPoints == 0 || !batches.hasNext()) {
                    CurvePoint point = progress.endPoint();
                    listeners.forEach(listener -> listener.onCurvePoint(point));
                }
                tellResumable(optimizer, progress);
            }
        }
    }

    private void testEpoch(DataLoader loader, Optimizer optimizer, TrainingProgress progress) {
        if (progress.step() < progress.stepsPerEpoch()) {
            return;
        }
        listeners.forEach(listener -> listener.onEvaluation(progress));
        Evaluator.evaluate(module, loader, this::stopping).ifPresent(score -> {
            var result = progress.endEpoch(score);
            listeners.forEach(listener -> listener.onEpoch(result));
            tellResumable(optimizer, progress);
        });
    }

    private TrainingResult finish(TrainingProgress progress) {
        // An interrupted thread cannot write files, which listeners may want to do at the end.
        boolean interrupted = Thread.interrupted();
        try {
            var result = progress.result(device());
            listeners.forEach(listener -> listener.onEnd(result));
            return result;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean stopping() {
        return stopRequested || Thread.currentThread().isInterrupted();
    }

    private boolean overdue() {
        return stopRequested && System.nanoTime() - stopNanos > STEP_GRACE_NANOS;
    }

    private Optimizer optimizer() {
        var rule = Sgd.options()
                .momentum(options.momentum())
                .weightDecay(options.weightDecay())
                .nesterov(options.nesterov());
        return new Sgd(options.learningRate(), tuning.prepare(module, options.learningRate()), rule);
    }

    private String device() {
        return module.parameters().isEmpty()
                ? "cpu"
                : module.parameters().getFirst().device().toString();
    }

    /** Records, without computing, what the first and the last batch of an epoch would do: shapes are checked that way. */
    private void checkBatches(DataLoader loader) {
        module.train();
        int size = Math.min(loader.batchSize(), loader.examples());
        Shape logits = outputShape(loader.dataset(), size);
        int classes = loader.dataset().classes();
        if (logits.rank() != 2 || logits.dim(1) < classes) {
            throw new IllegalArgumentException(
                    "[Trainer] the data have " + classes + " classes, the module's output for " + size
                            + " examples has shape " + logits + ", expected [" + size + ", " + classes + "]");
        }
        int last = loader.examples() % loader.batchSize();
        if (last == 0) {
            return;
        }
        try {
            outputShape(loader.dataset(), last);
        } catch (ShapeMismatchException e) {
            throw new IllegalArgumentException(
                    "[Trainer] the last batch of an epoch would have %d of %d examples, which does not work: "
                                    .formatted(last, loader.examples())
                            + e.getMessage() + "; choose a batch size that leaves another remainder than "
                            + loader.batchSize(),
                    e);
        }
    }

    private Shape outputShape(Dataset data, int size) {
        int[] example = data.exampleShape();
        var dims = new int[example.length + 1];
        dims[0] = size;
        System.arraycopy(example, 0, dims, 1, example.length);
        return module.call(Tensor.full(0, dims)).shape();
    }
}
