package org.skipjack.train.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The machine's disk, which also writes down what is done, and can tell everything that a crash at any moment may leave.
 *
 * <p>What was forced stays. Of a file that was not, nothing may be left, half of it, all of it, or a file of its length
 * without its contents; of names that were given, changed or removed since their folder was forced, any may have reached
 * the disk and any not.
 */
public final class RecordingDisk implements Disk {

    private final Map<String, byte[]> before = new TreeMap<>();
    private final List<Operation> operations = new ArrayList<>();
    private int files;

    private sealed interface Operation {}

    private record Create(String name, int file) implements Operation {}

    private record Write(int file, byte[] bytes) implements Operation {}

    private record Force(int file) implements Operation {}

    private record Rename(String from, String to) implements Operation {}

    private record Delete(String name) implements Operation {}

    private record ForceFolder() implements Operation {}

    /** Begins with the files that lie in a folder and are taken to be safely on the disk. */
    public RecordingDisk(Path folder) throws IOException {
        try (var present = Files.list(folder)) {
            for (Path file : present.filter(Files::isRegularFile).toList()) {
                before.put(name(file), Files.readAllBytes(file));
            }
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    /** Number of operations so far. */
    public int operations() {
        return operations.size();
    }

    @Override
    public Output create(Path file) throws IOException {
        int number = ++files;
        Output real = Disk.machine().create(file);
        operations.add(new Create(name(file), number));
        return new Output() {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                real.write(bytes, offset, length);
                operations.add(new Write(number, Arrays.copyOfRange(bytes, offset, offset + length)));
            }

            @Override
            public void force() throws IOException {
                real.force();
                operations.add(new Force(number));
            }

            @Override
            public void close() throws IOException {
                real.close();
            }
        };
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Disk.machine().rename(from, to);
        operations.add(new Rename(name(from), name(to)));
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        Disk.machine().forceFolder(folder);
        operations.add(new ForceFolder());
    }

    @Override
    public void delete(Path file) throws IOException {
        if (Files.exists(file)) {
            operations.add(new Delete(name(file)));
        }
        Disk.machine().delete(file);
    }

    /** Every folder that a crash may leave, as contents by name; each but once. */
    public List<Map<String, byte[]>> crashStates() {
        Set<String> seen = new LinkedHashSet<>();
        List<Map<String, byte[]>> states = new ArrayList<>();
        for (int done = 0; done <= operations.size(); done++) {
            for (Survival survival : Survival.values()) {
                for (int lost = 0; lost < 1 << unforcedNames(done); lost++) {
                    var state = after(done, lost, survival);
                    var key = new StringBuilder();
                    state.forEach((name, bytes) -> key.append(name).append(Arrays.hashCode(bytes)));
                    if (seen.add(key.toString())) {
                        states.add(state);
                    }
                }
            }
        }
        return states;
    }

    /** What becomes of bytes that were not forced. */
    private enum Survival {
        ALL,
        HALF,
        NONE,
        LENGTH_ONLY;

        byte[] of(byte[] bytes, int forced) {
            int half = forced + (bytes.length - forced) / 2;
            return switch (this) {
                case ALL -> bytes;
                case HALF -> Arrays.copyOf(bytes, half);
                case NONE -> Arrays.copyOf(bytes, forced);
                case LENGTH_ONLY -> Arrays.copyOf(Arrays.copyOf(bytes, forced), bytes.length);
            };
        }
    }

    private int unforcedNames(int done) {
        int names = 0;
        for (Operation operation : operations.subList(0, done)) {
            names = switch (operation) {
                case ForceFolder forced -> 0;
                case Create create -> names + 1;
                case Rename rename -> names + 1;
                case Delete delete -> names + 1;
                default -> names;
            };
        }
        return names;
    }

    /** The folder after so many operations; bit i of {@code lost} loses the i-th change of names that was not forced. */
    private Map<String, byte[]> after(int done, int lost, Survival survival) {
        Map<Integer, byte[]> written = new HashMap<>();
        Map<Integer, Integer> forced = new HashMap<>();
        Map<String, Integer> seenByProgram = new HashMap<>();
        Map<String, Integer> onDisk = new HashMap<>();
        int file = 0;
        for (Map.Entry<String, byte[]> entry : before.entrySet()) {
            written.put(--file, entry.getValue());
            forced.put(file, entry.getValue().length);
            seenByProgram.put(entry.getKey(), file);
            onDisk.put(entry.getKey(), file);
        }
        int firstUnforced = names(done) - unforcedNames(done);
        int name = 0;
        for (Operation operation : operations.subList(0, done)) {
            boolean kept = name < firstUnforced || (lost >> (name - firstUnforced) & 1) == 0;
            switch (operation) {
                case Create create -> {
                    written.put(create.file, new byte[0]);
                    forced.put(create.file, 0);
                    seenByProgram.put(create.name, create.file);
                    if (kept) {
                        onDisk.put(create.name, create.file);
                    }
                    name++;
                }
                case Write write -> written.merge(write.file, write.bytes, RecordingDisk::joined);
                case Force force -> forced.put(force.file, written.getOrDefault(force.file, new byte[0]).length);
                case Rename rename -> {
                    int moved = seenByProgram.remove(rename.from);
                    seenByProgram.put(rename.to, moved);
                    if (kept) {
                        onDisk.remove(rename.from);
                        onDisk.put(rename.to, moved);
                    }
                    name++;
                }
                case Delete delete -> {
                    seenByProgram.remove(delete.name);
                    if (kept) {
                        onDisk.remove(delete.name);
                    }
                    name++;
                }
                case ForceFolder folder -> {}
            }
        }
        var state = new TreeMap<String, byte[]>();
        onDisk.forEach((found, number) -> state.put(
                found, survival.of(written.getOrDefault(number, new byte[0]), forced.getOrDefault(number, 0))));
        return state;
    }

    private int names(int done) {
        return (int) operations.subList(0, done).stream()
                .filter(operation ->
                        operation instanceof Create || operation instanceof Rename || operation instanceof Delete)
                .count();
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }
}
