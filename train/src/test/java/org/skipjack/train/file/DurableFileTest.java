package org.skipjack.train.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DurableFileTest {

    @TempDir
    Path folder;

    @Test
    void replacesTheContentsAndLeavesNothingElse() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "old");

        DurableFile.replace(Disk.machine(), file, twoWrites());

        assertThat(file).hasContent("first, second");
        assertThat(folder.toFile().list()).containsExactly("file");
    }

    @Test
    void everyCrashLeavesTheOldContentsOrTheNew() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "old");
        var disk = new RecordingDisk(folder);

        DurableFile.replace(disk, file, twoWrites());

        // create, two writes, force, rename, force the folder
        assertThat(disk.operations()).isEqualTo(6);
        assertThat(disk.crashStates())
                .hasSizeGreaterThan(5)
                .extracting(state -> text(state, "file"))
                .containsOnly("old", "first, second");
    }

    @Test
    void everyCrashLeavesANewFileWholeOrAbsent() throws Exception {
        var disk = new RecordingDisk(folder);

        DurableFile.replace(disk, folder.resolve("file"), twoWrites());

        assertThat(disk.crashStates()).extracting(state -> text(state, "file")).containsOnly("-", "first, second");
    }

    /** The states are worth something only if they catch a writer that forgets to force. */
    @Test
    void aWriterThatDoesNotForceIsCaughtByTheSameStates() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "old");
        var disk = new RecordingDisk(folder);

        try (var out = disk.create(folder.resolve("new"))) {
            twoWrites().writeTo(out);
        }
        disk.rename(folder.resolve("new"), file);

        assertThat(disk.crashStates()).extracting(state -> text(state, "file")).contains("", "first,", "\0".repeat(13));
    }

    @ParameterizedTest
    @EnumSource(FaultyDisk.Fault.class)
    void everyFaultIsReportedAndLeavesAWholeFile(FaultyDisk.Fault fault) throws Exception {
        Path file = folder.resolve("file");
        boolean crash = fault == FaultyDisk.Fault.CRASH;
        for (int operation = 0; operation < 6; operation++) {
            Files.writeString(file, "old");
            var disk = new FaultyDisk(operation, fault);

            assertThatThrownBy(() -> DurableFile.replace(disk, file, twoWrites()))
                    .as("operation %d", operation)
                    .isInstanceOf(IOException.class);

            // The last operation forces the folder: the new file has its name by then.
            assertThat(file).hasContent(operation < 5 ? "old" : "first, second");
            if (crash) {
                DurableFile.sweep(Disk.machine(), folder);
            }
            assertThat(folder.toFile().list()).containsExactly("file");
        }
    }

    @Test
    void anInterruptInTheMiddleOfAWriteIsKeptForLater() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "old");
        int[] attempts = {0};

        DurableFile.replace(Disk.machine(), file, out -> {
            if (attempts[0]++ == 0) {
                Thread.currentThread().interrupt();
            }
            out.write("new".getBytes(StandardCharsets.UTF_8));
        });

        assertThat(Thread.interrupted()).isTrue();
        assertThat(attempts[0]).isEqualTo(2);
        assertThat(file).hasContent("new");
        assertThat(folder.toFile().list()).containsExactly("file");
    }

    /** The JDK sets a thread's status first and closes its open file a moment later, when we may have seen the status already. */
    @Test
    void anInterruptThatWasSeenBeforeMayStillCloseOneFile() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "old");
        int[] attempts = {0};
        Thread.currentThread().interrupt();

        DurableFile.replace(Disk.machine(), file, out -> {
            if (attempts[0]++ == 0) {
                throw new ClosedByInterruptException();
            }
            out.write("new".getBytes(StandardCharsets.UTF_8));
        });
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        assertThat(file).hasContent("new");

        assertThatThrownBy(() -> DurableFile.replace(Disk.machine(), file, out -> {
                    throw new ClosedByInterruptException();
                }))
                .isInstanceOf(ClosedByInterruptException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(folder.toFile().list()).containsExactly("file");
    }

    @Test
    void anotherThreadsClosingIsNoInterrupt() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "old");

        assertThatThrownBy(() -> DurableFile.replace(Disk.machine(), file, out -> {
                    throw new ClosedByInterruptException();
                }))
                .isInstanceOf(ClosedByInterruptException.class);
        assertThat(file).hasContent("old");
    }

    private static DurableFile.Contents twoWrites() {
        return out -> {
            out.write("first, ".getBytes(StandardCharsets.UTF_8));
            out.write("second".getBytes(StandardCharsets.UTF_8));
        };
    }

    private static String text(Map<String, byte[]> state, String name) {
        byte[] bytes = state.get(name);
        return bytes == null ? "-" : new String(bytes, StandardCharsets.UTF_8);
    }
}
