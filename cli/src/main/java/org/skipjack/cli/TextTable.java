package org.skipjack.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Columns of text, the first left-aligned and numbers right-aligned. */
final class TextTable {

    private final List<String[]> rows = new ArrayList<>();

    TextTable(String... header) {
        rows.add(header);
    }

    void row(String... cells) {
        rows.add(cells);
    }

    void print(PrintStream out) {
        int columns = rows.getFirst().length;
        var widths = new int[columns];
        var numeric = new boolean[columns];
        for (int c = 0; c < columns; c++) {
            int column = c;
            widths[c] =
                    rows.stream().mapToInt(row -> row[column].length()).max().orElse(0);
            numeric[c] = rows.stream().skip(1).allMatch(row -> row[column].isEmpty() || isNumber(row[column]));
        }
        for (String[] row : rows) {
            var line = new StringBuilder();
            for (int c = 0; c < columns; c++) {
                String padding = " ".repeat(widths[c] - row[c].length());
                line.append(numeric[c] ? padding + row[c] : row[c] + padding).append("  ");
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private static boolean isNumber(String cell) {
        return cell.chars().allMatch(c -> Character.isDigit(c) || c == ',' || c == '.');
    }
}
