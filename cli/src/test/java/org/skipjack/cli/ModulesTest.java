package org.skipjack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each module shows of itself, and what it needs when it runs. */
class ModulesTest {
    private static final String PREFIX = "org.skipjack.";
    private static final Map<String, ModuleDescriptor> MODULES = modules();

    private static Map<String, ModuleDescriptor> modules() {
        var found = new TreeMap<String, ModuleDescriptor>();
        try {
            var files = ModulesTest.class.getClassLoader().getResources("module-info.class");
            for (var url : Collections.list(files)) {
                try (var in = url.openStream()) {
                    var module = ModuleDescriptor.read(in);
                    if (module.name().startsWith(PREFIX)) {
                        found.put(module.name().substring(PREFIX.length()), module);
                    }
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return found;
    }

    @Test
    void everyRoomIsAModule() {
        assertThat(MODULES).containsOnlyKeys("kernels", "core", "nn", "train", "interop", "examples", "cli");
    }

    @ParameterizedTest
    @CsvSource({
        "kernels, org.skipjack.kernels",
        "core, org.skipjack.core org.skipjack.core.backend org.skipjack.core.op",
        "nn, org.skipjack.nn org.skipjack.nn.models",
        "train, org.skipjack.train org.skipjack.train.checkpoint org.skipjack.train.data org.skipjack.train.exchange"
                + " org.skipjack.train.file org.skipjack.train.predict org.skipjack.train.run"
                + " org.skipjack.train.safetensors",
        "interop, org.skipjack.interop.onnx",
        "examples, org.skipjack.examples",
        "cli, ''"
    })
    void exportsItsPublicPackagesToEverybodyAndNoOthers(String room, String packages) {
        var exports = module(room).exports();
        assertThat(exports).noneMatch(ModuleDescriptor.Exports::isQualified);
        assertThat(exports.stream().map(ModuleDescriptor.Exports::source).collect(Collectors.joining(" ")))
                .satisfies(found -> assertThat(Set.of(found.split(" "))).isEqualTo(Set.of(packages.split(" "))));
    }

    @ParameterizedTest
    @CsvSource({
        "kernels, java.base",
        "core, java.base org.skipjack.kernels",
        "nn, java.base org.skipjack.core",
        "train, java.base java.desktop java.net.http org.skipjack.nn",
        "interop, java.base org.skipjack.train com.google.protobuf org.tribuo.util.onnx",
        "examples, java.base org.skipjack.train"
    })
    void needsTheRoomsBelowAndThePlatformToRun(String room, String modules) {
        assertThat(module(room).requires().stream()
                        .filter(needed -> !needed.modifiers().contains(Requires.Modifier.STATIC))
                        .map(Requires::name))
                .containsExactlyInAnyOrder(modules.split(" "));
    }

    /** Reflection on a room's own classes would be lost on the class path's users and in native images. */
    @ParameterizedTest
    @CsvSource({"kernels", "core", "nn", "train", "interop", "examples"})
    void opensNothing(String room) {
        assertThat(module(room).opens()).isEmpty();
        assertThat(module(room).isOpen()).isFalse();
    }

    private static ModuleDescriptor module(String room) {
        assertThat(MODULES).containsKey(room);
        return MODULES.get(room);
    }
}
