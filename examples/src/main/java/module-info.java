/** The tutorial's chapters as programs. Open {@code org.skipjack.examples} first. */
module org.skipjack.examples {
    requires static org.jspecify;
    requires transitive org.skipjack.train;
}
