package org.skipjack.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxFileTest {

    private static final IdxSpec IMAGES = IdxSpec.ofRank(ElementType.UNSIGNED_BYTE, 3);
    private static final byte[] GOOD = IdxBytes.images(5, 4, 3, 7);

    @TempDir
    private Path folder;

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("images"), bytes);
    }

    /** The refusal of these bytes, which must be one line that starts with the file's name. */
    private MalformedDataException refusal(byte[] bytes, IdxSpec spec) throws IOException {
        Path file = write(bytes);
        var refusal = catchThrowableOfType(MalformedDataException.class, () -> IdxFile.read(file, spec));
        assertThat(refusal).isNotNull();
        assertThat(refusal.getMessage())
                .startsWith(file + ": ")
                .contains("found ", ", expected ")
                .hasLineCount(1);
        return refusal;
    }

    private void assertRefused(byte[] bytes, long offset, String found, String expected) throws IOException {
        var refusal = refusal(bytes, IMAGES);
        assertThat(refusal.offset()).hasValue(offset);
        assertThat(refusal.found()).isEqualTo(found);
        assertThat(refusal.expected()).isEqualTo(expected);
    }

    private static byte[] header(int magic, int... dimensions) {
        return IdxBytes.file(magic, dimensions, new byte[0]);
    }

    @Test
    void readsPlainAndGzipAlikeWhateverTheName() throws IOException {
        for (var name : new String[] {"images", "images.gz"}) {
            for (byte[] bytes : new byte[][] {GOOD, IdxBytes.gzip(GOOD)}) {
                Path file = Files.write(folder.resolve(name), bytes);
                var read = IdxFile.read(file, IMAGES);
                assertThat(read.dimensions()).containsExactly(5, 4, 3);
                assertThat(read.data()).isEqualTo(Arrays.copyOfRange(GOOD, 16, GOOD.length));
                assertThat(read.sha256()).isEqualTo(IdxBytes.sha256(GOOD));
            }
        }
    }

    @Test
    void readsOtherElementTypes() throws IOException {
        byte[] floats = IdxBytes.file(0x0D02, new int[] {2, 1}, new byte[] {0x3F, (byte) 0x80, 0, 0, 0x40, 0, 0, 0});
        var read = IdxFile.read(write(floats), IdxSpec.ofRank(ElementType.FLOAT, 2));
        assertThat(read.data()).hasSize(8);
    }

    @Test
    void refusesAFileCutInsideTheHeaderAtEveryByte() throws IOException {
        for (int length = 0; length < 16; length++) {
            assertRefused(Arrays.copyOf(GOOD, length), length, "the end of the file", "a header of 16 bytes");
        }
    }

    @Test
    void refusesAPlainFileCutInsideTheBodyAtEveryByte() throws IOException {
        for (int length = 16; length < GOOD.length; length++) {
            assertRefused(Arrays.copyOf(GOOD, length), length, "the end of the file", "76 bytes");
        }
    }

    @Test
    void refusesAGzipFileCutAtFiveHundredRandomPlaces() throws IOException {
        var random = new Random(1);
        var pixels = new byte[40 * 20 * 20];
        random.nextBytes(pixels);
        byte[] gzip = IdxBytes.gzip(IdxBytes.file(IdxBytes.IMAGES_MAGIC, new int[] {40, 20, 20}, pixels));
        for (int i = 0; i < 500; i++) {
            int length = 2 + random.nextInt(gzip.length - 2);
            var refusal = refusal(Arrays.copyOf(gzip, length), IMAGES);
            assertThat(refusal.found()).isIn("the end of the file", "dimensions that need 16000 bytes");
        }
    }

    @Test
    void refusesAWrongMagicNumber() throws IOException {
        assertRefused(
                IdxBytes.labels(1, 2, 3),
                0,
                "magic 0x00000801 (unsigned bytes of rank 1)",
                "0x00000803 (unsigned bytes of rank 3)");
        assertRefused(
                header(0x0D03, 1, 1, 1),
                0,
                "magic 0x00000d03 (floats of rank 3)",
                "0x00000803 (unsigned bytes of rank 3)");
        for (int magic : new int[] {0, 0x0800, 0x08FF, 0x0A03, 0x01000803, 0x00010803, 0x03080000, -1}) {
            assertThat(refusal(header(magic, 1, 1, 1), IMAGES).offset()).hasValue(0);
        }
    }

    @Test
    void refusesDimensionsThatAreZeroNegativeOrTooLong() throws IOException {
        assertRefused(header(0x0803, 0, 1, 1), 4, "dimension 0 of 0", "1 to 16777216");
        assertRefused(header(0x0803, 1, -1, 1), 8, "dimension 1 of 4294967295", "1 to 16777216");
        assertRefused(header(0x0803, 1, 1, 16777217), 12, "dimension 2 of 16777217", "1 to 16777216");
        assertRefused(header(0x0803, Integer.MIN_VALUE, 1, 1), 4, "dimension 0 of 2147483648", "1 to 16777216");
    }

    @Test
    void refusesDimensionsWhoseProductOverflows() throws IOException {
        String most = "at most 1073741824 bytes";
        String found = "dimensions that need over 1073741824 bytes";
        assertRefused(header(0x0803, 65536, 65536, 1), 4, found, most); // 2^32 wraps to 0 in 32 bits
        assertRefused(header(0x0803, 1 << 22, 1 << 21, 1 << 21), 4, found, most); // 2^64 wraps to 0 in 64 bits
        assertRefused(header(0x0803, 32768, 32768, 2), 4, found, most); // 2^31
        assertRefused(header(0x0803, 1 << 24, 1 << 24, 1 << 24), 4, found, most);
    }

    @Test
    void refusesDimensionsOtherThanTheExactOnes() throws IOException {
        var refusal = refusal(GOOD, IdxSpec.exactly(ElementType.UNSIGNED_BYTE, 5, 28, 28));
        assertThat(refusal.offset()).hasValue(8);
        assertThat(refusal.found()).isEqualTo("dimension 1 of 4");
        assertThat(refusal.expected()).isEqualTo("28");
    }

    @Test
    void refusesHugeDimensionsBeforeSettingMemoryAside() throws IOException {
        // One GiB is promised by files of a few bytes. Reading them 2,000 times could not end soon if it were
        // allocated.
        byte[] plain = header(0x0803, 1024, 1024, 1024);
        byte[] gzip = IdxBytes.gzip(plain);
        long before = allocatedBytes();
        for (int i = 0; i < 100; i++) {
            assertThat(refusal(plain, IMAGES).offset()).hasValue(16);
            assertThat(refusal(gzip, IMAGES).expected()).contains("bytes of gzip can hold");
        }
        assertThat(allocatedBytes() - before).isLessThan(64L << 20);
    }

    private static long allocatedBytes() {
        var threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        return threads.getCurrentThreadAllocatedBytes();
    }

    @Test
    void refusesTrailingGarbage() throws IOException {
        byte[] longer = Arrays.copyOf(GOOD, GOOD.length + 1);
        assertRefused(longer, 76, "more data", "the end of the file");
        assertRefused(IdxBytes.gzip(longer), 76, "more data", "the end of the file");
    }

    @Test
    void refusesAGzipBombAfterTheExpectedBytes() throws IOException {
        // The promised 60 bytes, then 200 MiB of zeros in 200 KB of gzip.
        Path file = folder.resolve("bomb.gz");
        try (var gzip = new GZIPOutputStream(Files.newOutputStream(file))) {
            gzip.write(GOOD);
            for (int i = 0; i < 200; i++) {
                gzip.write(new byte[1 << 20]);
            }
        }
        long before = allocatedBytes();
        assertThatThrownBy(() -> IdxFile.read(file, IMAGES))
                .isInstanceOf(MalformedDataException.class)
                .hasMessage(file + ": at byte 76: found more data, expected the end of the file");
        assertThat(allocatedBytes() - before).isLessThan(1L << 20);
    }

    @Test
    void refusesGzipInsideGzip() throws IOException {
        var refusal = refusal(IdxBytes.gzip(IdxBytes.gzip(GOOD)), IMAGES);
        assertThat(refusal.found()).isEqualTo("magic 0x1f8b0800 (gzip inside gzip)");
    }

    @Test
    void refusesAFolderAndAMissingFile() {
        assertThatThrownBy(() -> IdxFile.read(folder, IMAGES))
                .hasMessage(folder + ": found no regular file, expected a file of unsigned bytes of rank 3");
        assertThatThrownBy(() -> IdxFile.read(folder.resolve("none"), IMAGES)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void showsAFileNameWithControlCharactersOnOneLine() throws IOException {
        Path file = Files.write(folder.resolve("a\nb\u001b[31m"), new byte[3]);
        assertThatThrownBy(() -> IdxFile.read(file, IMAGES))
                .message()
                .hasLineCount(1)
                .contains("a?b?[31m: at byte 3");
    }
}
