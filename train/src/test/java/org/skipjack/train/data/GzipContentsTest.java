package org.skipjack.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class GzipContentsTest {

    private static final byte[] TEXT = "to be read strictly, to be read strictly".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] GZIP = IdxBytes.gzip(TEXT);

    private static byte[] read(byte[] gzip) throws IOException {
        try (var contents = new GzipContents(Path.of("f.gz"), new ByteArrayInputStream(gzip))) {
            return contents.readAllBytes();
        }
    }

    private static ThrowingCallable reading(byte[] gzip) {
        return () -> read(gzip);
    }

    private static byte[] changed(int position, int value) {
        byte[] copy = GZIP.clone();
        copy[position] = (byte) value;
        return copy;
    }

    /** A gzip file with all optional header fields, of which the checksum may be wrong. */
    private static byte[] withEveryHeaderField(int headerCrcError) {
        byte[] fields = {0x1F, (byte) 0x8B, 8, 31, 1, 2, 3, 4, 0, 3, 2, 0, 'x', 'y', 'n', 0, 'c', 'o', 0};
        var crc = new CRC32();
        crc.update(fields);
        int stored = ((int) crc.getValue() + headerCrcError) & 0xFFFF;
        byte[] body = Arrays.copyOfRange(GZIP, 10, GZIP.length);
        return IdxBytes.join(fields, new byte[] {(byte) stored, (byte) (stored >> 8)}, body);
    }

    @Test
    void readsOneMemberAndSeveral() throws IOException {
        assertThat(read(GZIP)).isEqualTo(TEXT);
        assertThat(read(IdxBytes.join(GZIP, IdxBytes.gzip(new byte[0]), GZIP))).isEqualTo(IdxBytes.join(TEXT, TEXT));
    }

    @Test
    void readsMoreThanItsBuffer() throws IOException {
        var noise = new byte[300_000];
        new Random(2).nextBytes(noise);
        byte[] gzip = IdxBytes.gzip(noise);
        assertThat(read(IdxBytes.join(gzip, gzip))).isEqualTo(IdxBytes.join(noise, noise));
    }

    @Test
    void readsEveryOptionalHeaderField() throws IOException {
        assertThat(read(withEveryHeaderField(0))).isEqualTo(TEXT);
        assertThatThrownBy(reading(withEveryHeaderField(1))).hasMessageContaining("header checksum");
    }

    @Test
    void refusesAWrongDataChecksum() {
        int crc = GZIP.length - 8;
        assertThatThrownBy(reading(changed(crc, GZIP[crc] ^ 1)))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("f.gz: at compressed byte " + crc + ": found CRC-32 ");
    }

    @Test
    void refusesAWrongLength() {
        int length = GZIP.length - 4;
        assertThatThrownBy(reading(changed(length, GZIP[length] + 1)))
                .hasMessage("f.gz: at compressed byte " + length + ": found length 41, expected 40, that of the data");
    }

    @Test
    void refusesGarbageAndPaddingAfterTheTrailer() {
        // java.util.zip.GZIPInputStream accepts both.
        assertThatThrownBy(reading(IdxBytes.join(GZIP, new byte[] {'!'})))
                .hasMessage("f.gz: at compressed byte " + GZIP.length
                        + ": found byte 21, expected the end of the file or another gzip member");
        assertThatThrownBy(reading(IdxBytes.join(GZIP, new byte[512]))).hasMessageContaining("found bytes 00 00");
    }

    @Test
    void refusesAnotherMethodAndReservedFlags() {
        assertThatThrownBy(reading(changed(2, 7)))
                .hasMessageContaining("found compression method 7, expected 8 (deflate)");
        assertThatThrownBy(reading(changed(3, 0x20))).hasMessageContaining("found flags 0x20");
    }

    @Test
    void refusesBrokenDeflateData() {
        assertThatThrownBy(reading(changed(10, 0xFF))).hasMessageContaining("found broken deflate data");
    }

    @Test
    void refusesAnEmptyFileAndEveryTruncation() {
        for (int length = 0; length < GZIP.length; length++) {
            assertThatThrownBy(reading(Arrays.copyOf(GZIP, length)))
                    .as("first %d bytes", length)
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageFindingMatch("found (the end of the file|byte 1f),");
        }
    }
}
