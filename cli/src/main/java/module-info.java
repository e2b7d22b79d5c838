/** The {@code skipjack} command. Open {@code org.skipjack.cli} first. */
module org.skipjack.cli {
    requires static org.jspecify;
    requires org.skipjack.train;
    requires info.picocli;
}
