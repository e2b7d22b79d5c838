package org.skipjack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JavaChecksTest {

    @ParameterizedTest
    @ValueSource(strings = {"25", "25.0.1", "25.0.2+10"})
    void theFirstReleasesOfJdk25AreDangerousWithG1Only(String version) {
        assertThat(JavaChecks.version(Runtime.Version.parse(version), "G1").advice())
                .contains("can corrupt pinned arrays", "25.0.3", "-XX:+UseParallelGC");
        assertThat(JavaChecks.version(Runtime.Version.parse(version), "PS").advice())
                .isNull();
    }

    @Test
    void mendedReleasesAreWell() {
        assertThat(JavaChecks.version(Runtime.Version.parse("25.0.3+9"), "G1").advice())
                .isNull();
    }

    @Test
    void anotherJdkThanTheTestedOneIsMentioned() {
        assertThat(JavaChecks.version(Runtime.Version.parse("26.0.1"), "G1").advice())
                .contains("tested on JDK 25");
    }

    @Test
    void flagsOfTheVmAreReadAndUnknownOnesAreNot() {
        assertThat(JavaChecks.option("UseTransparentHugePages")).isPresent();
        assertThat(JavaChecks.option("NoSuchFlag")).isEmpty();
    }
}
