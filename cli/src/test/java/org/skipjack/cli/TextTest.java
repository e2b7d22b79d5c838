package org.skipjack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class TextTest {

    @Test
    void bytesAreShownInTheLargestUnitThatFits() {
        assertThat(Sizes.bytes(0)).isEqualTo("0 B");
        assertThat(Sizes.bytes(1023)).isEqualTo("1023 B");
        assertThat(Sizes.bytes(1536)).isEqualTo("1.5 KiB");
        assertThat(Sizes.bytes(5L << 30)).isEqualTo("5.0 GiB");
        assertThat(Sizes.bytes(Long.MAX_VALUE)).endsWith(" TiB");
    }

    @Test
    void timesAreShownAsClocksShowThem() {
        assertThat(Sizes.duration(0.4)).isEqualTo("0:00");
        assertThat(Sizes.duration(59.6)).isEqualTo("1:00");
        assertThat(Sizes.duration(3723)).isEqualTo("1:02:03");
    }

    @Test
    void theLocaleDoesNotReachTheNumbers() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG"));
            assertThat(Sizes.bytes(1536)).isEqualTo("1.5 KiB");
            assertThat(Cli.run("summary", "lenet").out()).contains("61,706");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void columnsOfNumbersAreAlignedAtTheRightAndOthersAtTheLeft() {
        var table = new TextTable("name", "count");
        table.row("a", "1");
        table.row("longer", "1,000");
        var bytes = new ByteArrayOutputStream();

        table.print(new PrintStream(bytes, true, StandardCharsets.UTF_8));

        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("name    count", "a           1", "longer  1,000");
    }
}
