package org.skipjack.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options that say who takes part beside Skipjack, LibTorch and, in inference, ONNX Runtime. */
final class PeerOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--pytorch",
            arity = "0..1",
            fallbackValue = "",
            paramLabel = "PYTHON",
            description = "Compare with PyTorch too, run by this interpreter or by the first usual one that has it.")
    private @Nullable String python;

    @Option(
            names = "--float32",
            description =
                    "Leave bfloat16 out, which takes 20 times as long as float32 where a processor has no AVX-512.")
    private boolean float32;

    /** Whether sides that multiply in bfloat16 stay out. */
    boolean float32() {
        return float32;
    }

    /** Whether PyTorch is asked for. */
    boolean pyTorch() {
        return python != null;
    }

    /** PyTorch if it is asked for and there is one; a line on the error stream says where none was found. */
    Optional<PyTorch> findPyTorch() throws InterruptedException {
        if (python == null) {
            return Optional.empty();
        }
        List<String> places = python.isEmpty() ? PyTorch.USUAL_PLACES : List.of(python);
        Optional<PyTorch> found = PyTorch.find(places);
        if (found.isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println("without PyTorch: no torch to import in " + String.join(", ", places)
                            + "; on Debian, apt-get install python3-torch");
        }
        return found;
    }

    /** The same options on another command's line. */
    List<String> arguments() {
        var arguments = new ArrayList<String>();
        if (python != null) {
            arguments.add(python.isEmpty() ? "--pytorch" : "--pytorch=" + python);
        }
        if (float32) {
            arguments.add("--float32");
        }
        return arguments;
    }
}
