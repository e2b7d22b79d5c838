package org.skipjack.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.ObjectInputStream;
import java.lang.reflect.AccessFlag;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may use whom among the rooms of the house, and what none of them does. */
class ArchitectureTest {
    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.skipjack");

    private static final String VECTORS = "jdk.incubator.vector..";
    private static final String CLI = "org.skipjack.cli..";
    private static final String[] ROOMS = {
        "org.skipjack.kernels..", "org.skipjack.core..", "org.skipjack.nn..", "org.skipjack.train.."
    };

    @ParameterizedTest
    @CsvSource({
        "kernels, jdk.incubator.vector",
        "core, org.skipjack.kernels",
        "nn, org.skipjack.core",
        "train, org.skipjack.nn org.skipjack.core",
        "interop, org.skipjack.train org.skipjack.nn org.skipjack.core ai.onnx.proto com.google.protobuf",
        "examples, org.skipjack.train org.skipjack.nn org.skipjack.core"
    })
    void aRoomUsesTheRoomsBelowAndThePlatformOnly(String room, String below) {
        String own = "org.skipjack." + room;
        String[] allowed = Stream.concat(
                        Stream.of(own, "java", "javax.net", "org.jspecify.annotations"), Stream.of(below.split(" ")))
                .map(name -> name + "..")
                .toArray(String[]::new);
        classes()
                .that()
                .resideInAPackage(own + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed)
                .check(ALL);
    }

    @Test
    void onlyKernelsKnowTheVectorApi() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.skipjack.kernels..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(VECTORS)
                .check(ALL);
    }

    @Test
    void thePlannerStaysInsideCore() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.skipjack.core..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.skipjack.core.cpu..")
                .check(ALL);
    }

    @Test
    void nobodyUsesAnAnnexByItsClasses() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.skipjack.interop..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.skipjack.interop..")
                .check(ALL);
    }

    @Test
    void onlyTheCommandLineWritesToTheTerminal() {
        noClasses()
                .that()
                .resideOutsideOfPackage(CLI)
                .should(ACCESS_STANDARD_STREAMS)
                .check(ALL);
        noClasses()
                .that()
                .resideInAnyPackage(ROOMS)
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.IO")
                .check(ALL);
    }

    @Test
    void onlyTheCommandLineEndsTheJvm() {
        noClasses()
                .that()
                .resideOutsideOfPackage(CLI)
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .check(ALL);
    }

    @Test
    void nothingReadsSerializedObjects() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ObjectInputStream.class)
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.Serializable")
                .check(ALL);
    }

    /** The class loader of services apart; AccessFlag only names bits of a class file. */
    @Test
    void roomsDoNotReflect() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOMS)
                .should()
                .dependOnClassesThat(resideInAPackage("java.lang.reflect..")
                        .and(DescribedPredicate.not(JavaClass.Predicates.equivalentTo(AccessFlag.class))))
                .check(ALL);
        noClasses()
                .that()
                .resideInAnyPackage(ROOMS)
                .should()
                .accessTargetWhere(looksUpMembers())
                .check(ALL);
    }

    private static DescribedPredicate<JavaAccess<?>> looksUpMembers() {
        return DescribedPredicate.describe(
                "looks up classes or their members by name",
                access -> access.getTargetOwner().isEquivalentTo(Class.class)
                        && access.getName()
                                .matches(
                                        "forName|newInstance|get(Declared)?(Method|Field|Constructor|Classe|Class)s?"));
    }

    @Test
    void nothingIsLeftUnsupported() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(UnsupportedOperationException.class)
                .check(ALL);
    }

    @Test
    void namesSayWhatAThingIs() {
        noClasses()
                .should()
                .haveNameMatching(".*(Util|Helper|Manager|Impl)(s|ity|ities)?([A-Z$].*)?")
                .check(ALL);
        noClasses()
                .should()
                .resideInAnyPackage("..util..", "..utils..", "..helper..", "..impl..", "..common..", "..misc..")
                .check(ALL);
    }
}
