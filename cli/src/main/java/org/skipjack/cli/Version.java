package org.skipjack.cli;

import java.io.IOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The program's version, as the build has left it in the jar. */
final class Version implements IVersionProvider {

    private static final String BUILT_WITH = "/META-INF/maven/org.skipjack/skipjack-cli/pom.properties";

    @Override
    public String[] getVersion() {
        return new String[] {
            "skipjack " + number(), "JDK " + Runtime.version() + ", " + System.getProperty("java.vendor", "")
        };
    }

    /** For example {@code 0.1.0}; {@code development} when not run from a jar. */
    static String number() {
        try (var stream = Version.class.getResourceAsStream(BUILT_WITH)) {
            var properties = new Properties();
            if (stream != null) {
                properties.load(stream);
            }
            return properties.getProperty("version", "development");
        } catch (IOException e) {
            return "development";
        }
    }
}
