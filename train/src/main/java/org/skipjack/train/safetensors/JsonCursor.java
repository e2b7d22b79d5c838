package org.skipjack.train.safetensors;

import java.nio.file.Path;

/**
 * Walks over the JSON text of a header, one token at a time.
 *
 * <p>It knows strings, whole numbers in [0, 2<sup>63</sup>) and punctuation, which is all that a header consists of.
 * The caller asks for the token it needs next, so nesting is as deep as the caller's grammar and never as deep as the
 * file wishes.
 */
final class JsonCursor {

    private final Path file;
    private final String text;
    private int at;

    JsonCursor(Path file, String text) {
        this.file = file;
        this.text = text;
    }

    /** Consumes the character if it comes next, white space skipped. */
    boolean accept(char wanted) {
        skipSpace();
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    /** Consumes the character, which must come next. */
    void require(char wanted, String after) {
        if (!accept(wanted)) {
            throw unexpected("'" + wanted + "' " + after);
        }
    }

    /** Requires that only white space is left. */
    void requireEnd() {
        skipSpace();
        if (at < text.length()) {
            throw unexpected("only white space after the closing '}'");
        }
    }

    /** Reads a string and resolves its escapes. */
    String string(String what) {
        if (!accept('"')) {
            throw unexpected(what + " in double quotes");
        }
        var value = new StringBuilder();
        while (true) {
            char c = next(what);
            if (c == '"') {
                return requireUnicode(value.toString(), what);
            } else if (c == '\\') {
                value.append(escaped(what));
            } else if (c < ' ') {
                at--;
                throw unexpected("control characters of " + what + " to be escaped");
            } else {
                value.append(c);
            }
        }
    }

    /** Reads a whole number from 0 to 2^63 - 1, without sign, fraction, exponent or leading zero. */
    long integer(String what) {
        skipSpace();
        int start = at;
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
        String digits = text.substring(start, at);
        boolean leadingZero = digits.length() > 1 && digits.charAt(0) == '0';
        boolean goesOn = at < text.length() && "+-.eE".indexOf(text.charAt(at)) >= 0;
        if (digits.isEmpty() || leadingZero || goesOn) {
            at = start;
            throw unexpected(what + " as a whole number from 0");
        }
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException tooLarge) {
            throw new SafetensorsException(
                    file, what + " " + SafetensorsException.quote(digits) + at(start), "a number below 2^63");
        }
    }

    /** Builds the exception for what stands at the cursor. */
    SafetensorsException unexpected(String expected) {
        String found = at < text.length()
                ? SafetensorsException.quote(text.substring(at, Math.min(text.length(), at + 20)))
                : "the end of the header";
        return new SafetensorsException(file, found + at(at), expected);
    }

    private static String at(int position) {
        return " at header character " + position;
    }

    private char next(String what) {
        if (at == text.length()) {
            throw unexpected("the closing quote of " + what);
        }
        return text.charAt(at++);
    }

    private char escaped(String what) {
        char c = next(what);
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> hexadecimal(what);
            default -> {
                at--;
                throw unexpected("a JSON escape in " + what);
            }
        };
    }

    private char hexadecimal(String what) {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            char c = next(what);
            // Character.digit also takes digits of other scripts, which JSON does not.
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                at--;
                throw unexpected("four hexadecimal digits after \\u in " + what);
            }
            value = value * 16 + digit;
        }
        return (char) value;
    }

    // Half a surrogate pair has no UTF-8 form: such a name could not be written back.
    private String requireUnicode(String value, String what) {
        for (int i = 0; i < value.length(); i += Character.charCount(value.codePointAt(i))) {
            int codePoint = value.codePointAt(i);
            if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                throw new SafetensorsException(
                        file, what + " with half a surrogate pair before" + at(at), "valid Unicode");
            }
        }
        return value;
    }

    private void skipSpace() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
