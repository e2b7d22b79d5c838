/** The {@code skipjack} command. Open {@code org.skipjack.cli} first. */
@SuppressWarnings("requires-automatic") // JLine and the reader of EXIF have no module descriptor, only names that stay.
module org.skipjack.cli {
    requires static org.jspecify;
    requires org.skipjack.kernels;
    requires org.skipjack.train;
    requires com.drew.metadata;
    requires info.picocli;
    requires java.desktop;
    requires java.management;
    requires jdk.management;
    requires me.tongfei.progressbar;
    requires org.jline.terminal;

    // Options are fields that picocli sets.
    opens org.skipjack.cli to
            info.picocli;
}
