package org.skipjack.nn;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** Which name was probably meant by another. */
final class NameLikeness {
    private NameLikeness() {}

    /** The candidate that is fewest letters away, if at most half of its letters are others. */
    static Optional<String> nearest(String name, List<String> candidates) {
        return candidates.stream()
                .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
                .filter(candidate -> 2 * distance(name, candidate) <= candidate.length());
    }

    /** Letters to insert, remove or replace; Levenshtein 1966. */
    static int distance(String a, String b) {
        var row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }

    /** What stands before every unexpected name and, left out, makes it a missing one; empty if there is no such prefix. */
    static String commonPrefix(List<String> missing, List<String> unexpected) {
        if (missing.isEmpty() || unexpected.isEmpty()) {
            return "";
        }
        var wanted = new HashSet<>(missing);
        String first = unexpected.getFirst();
        for (int dot = first.indexOf('.'); dot >= 0; dot = first.indexOf('.', dot + 1)) {
            String prefix = first.substring(0, dot + 1);
            if (unexpected.stream()
                    .allMatch(name -> name.startsWith(prefix) && wanted.contains(name.substring(prefix.length())))) {
                return prefix;
            }
        }
        return "";
    }
}
