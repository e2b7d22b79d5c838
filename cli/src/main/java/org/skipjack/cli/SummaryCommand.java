package org.skipjack.cli;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.skipjack.nn.Init;
import org.skipjack.nn.Module;
import org.skipjack.nn.Summary;
import org.skipjack.nn.models.ModelProvider;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skipjack summary MODEL}: a row for each layer, which the tutorial prints by hand. */
@Command(
        name = "summary",
        description = "Show each layer's output shape, parameters, FLOPs and bytes.",
        footer = {"", "Example: skipjack summary lenet-bn --batch 256"})
final class SummaryCommand implements Callable<Integer> {

    private static final int CLASSES = 10;

    private final Console console;

    @Spec
    private @Nullable CommandSpec command;

    @Parameters(
            paramLabel = "MODEL",
            completionCandidates = ModelNames.class,
            description = "One of ${COMPLETION-CANDIDATES}.")
    private String model = "";

    @Option(names = "--resize", paramLabel = "SIDE", description = "Side of the input. Default: the model's own.")
    private @Nullable Integer resize;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "1",
            description = "Examples in the input. Default: ${DEFAULT-VALUE}.")
    private int batch = 1;

    SummaryCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        ModelProvider provider = ModelNames.find(command, model);
        if (batch < 1) {
            throw WrongUse.of(command, "--batch is " + batch + ", expected at least 1");
        }
        int[] input = ImageSize.batch(command, resize, provider, batch);
        Module module = provider.create(input[1], CLASSES, Init.generator(0));
        print(provider, Summary.of(module, input));
        return ExitCode.DONE;
    }

    private void print(ModelProvider provider, Summary summary) {
        console.out().println(provider.name() + ": " + provider.description());
        var table = new TextTable("layer", "type", "output shape", "parameters", "FLOPs", "bytes");
        table.row("input", "", summary.input().toString(), "", "", "");
        for (Summary.Layer layer : summary.layers()) {
            table.row(
                    layer.path(),
                    layer.type(),
                    layer.output().toString(),
                    count(layer.parameters()),
                    count(layer.flops()),
                    count(layer.outputBytes()));
        }
        table.row("total", "", "", count(summary.parameters()), count(summary.flops()), count(summary.outputBytes()));
        table.print(console.out());
        console.out().println("FLOPs of a forward pass in convolutions and matrix products, multiply and add as two;");
        console.out()
                .println("training takes " + count(TrainingFlops.of(summary)) + ", which is " + TrainingFlops.FORMULA
                        + ".");
    }

    private static String count(long value) {
        return format(ROOT, "%,d", value);
    }
}
