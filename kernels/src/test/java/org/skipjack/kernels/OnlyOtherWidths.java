package org.skipjack.kernels;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Leaves out a run of the tests that is asked for narrower vectors than the processor has, where it has no wider ones: the run
 * without such an option is the same.
 */
public final class OnlyOtherWidths implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return repeats()
                ? ConditionEvaluationResult.disabled("the processor's own vectors are no wider")
                : ConditionEvaluationResult.enabled("");
    }

    private static boolean repeats() {
        var jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        VMOption asked = jvm.getVMOption("MaxVectorSize");
        boolean x86 = System.getProperty("os.arch").equals("amd64");
        return x86
                && asked.getOrigin() == VMOption.Origin.VM_CREATION
                && Integer.parseInt(asked.getValue()) >= own(jvm.getVMOption("UseAVX"));
    }

    /** Bytes of the widest vectors of a processor with so much of AVX: 3 is AVX-512. */
    private static int own(VMOption avx) {
        return switch (Integer.parseInt(avx.getValue())) {
            case 0 -> 16;
            case 1, 2 -> 32;
            default -> 64;
        };
    }
}
