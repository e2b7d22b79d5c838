package org.skipjack.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.skipjack.train.data.DataSourceReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code skipjack data}: the data sets on this machine. */
@Command(name = "data", description = "Fetch data sets, or show where they are.", synopsisSubcommandLabel = "COMMAND")
final class DataCommand implements Callable<Integer> {

    private final Console console;

    @Spec
    private @Nullable CommandSpec command;

    DataCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        return WrongUse.missingCommand(command, console);
    }

    /** {@code skipjack data fetch}. */
    @Command(
            name = "fetch",
            description = "Make sure that a data set is at hand and intact, downloading it if need be.")
    static final class Fetch implements Callable<Integer> {

        private final Console console;

        @Mixin
        private DataOptions data = new DataOptions();

        Fetch(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws IOException {
            Path folder = data.dataset().fetch(data.source(console));
            console.out().println(data.dataset() + " is in " + folder);
            return ExitCode.DONE;
        }
    }

    /** {@code skipjack data status}. */
    @Command(name = "status", description = "Show where the data sets are looked for and what is there.")
    static final class Status implements Callable<Integer> {

        private final Console console;

        @Mixin
        private DataOptions data = new DataOptions();

        @Option(names = "--all", description = "All data sets, not only the one named.")
        private boolean all;

        Status(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() {
            List<Published> datasets = all ? Published.ALL : List.of(data.dataset());
            for (Published dataset : datasets) {
                DataSourceReport report = dataset.inspect(data.source(console));
                console.out().println(report.title());
                var table = new TextTable("", "place", "state", "");
                for (DataSourceReport.Place place : report.places()) {
                    table.row("", place.name(), words(place.state()), place.detail());
                }
                table.print(console.out());
            }
            return ExitCode.DONE;
        }

        private static String words(DataSourceReport.State state) {
            return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }
}
