package org.skipjack.cli;

import java.util.Iterator;
import org.skipjack.core.Device;

/** The planner's rules that can be named, for help texts and completion. */
final class RuleNames implements Iterable<String> {

    @Override
    public Iterator<String> iterator() {
        return Device.cpuRules().iterator();
    }
}
