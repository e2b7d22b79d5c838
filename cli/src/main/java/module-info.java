/** The {@code skipjack} command. Open {@code org.skipjack.cli} first. */
@SuppressWarnings("requires-automatic") // The reader of EXIF has no module descriptor, only a name that stays.
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

    // Options are fields that picocli sets.
    opens org.skipjack.cli to
            info.picocli;
}
