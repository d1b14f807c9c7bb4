package io.vigia.kernel;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The walls inside the native module; the rules that span modules stand in the supervisor's architecture test. */
@AnalyzeClasses(packages = "io.vigia.kernel", importOptions = DoNotIncludeTests.class)
class KernelArchitectureTest {

    private static final DescribedPredicate<JavaClass> IN_MEMORY = resideInAnyPackage(
                    "java.lang..", "java.util..", "java.math..", "java.text..", "java.time..", "org.jspecify..")
            .or(resideInAnyPackage("java.nio", "java.nio.charset"))
            .or(DescribedPredicate.describe(
                    "arrays, primitives and in-memory streams",
                    type -> type.isPrimitive()
                            || (type.isArray() && type.getPackageName().isEmpty())
                            || (type.getPackageName().equals("java.io")
                                    && !type.getSimpleName().matches("(File|RandomAccess|Console).*"))))
            .as("java types that touch nothing outside the heap");

    @ArchTest
    static final ArchRule onlySysImportsJna = noClasses()
            .that()
            .resideOutsideOfPackage("io.vigia.kernel.sys..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.sun.jna..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyLoopImportsNettyEpoll = noClasses()
            .that()
            .resideOutsideOfPackage("io.vigia.kernel.loop..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.netty.channel.epoll..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule modelIsPure = classes()
            .that()
            .resideInAPackage("io.vigia.kernel.model..")
            .should()
            .onlyDependOnClassesThat(IN_MEMORY.or(resideInAPackage("io.vigia.kernel.model..")))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule eventIsPure = classes()
            .that()
            .resideInAPackage("io.vigia.kernel.event..")
            .should()
            .onlyDependOnClassesThat(
                    IN_MEMORY.or(resideInAnyPackage("io.vigia.kernel.model..", "io.vigia.kernel.event..")))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule parseIsPure = classes()
            .that()
            .resideInAPackage("io.vigia.kernel.parse..")
            .should()
            .onlyDependOnClassesThat(IN_MEMORY.or(resideInAnyPackage(
                    "io.vigia.kernel.model..", "io.vigia.kernel.event..", "io.vigia.kernel.parse..")))
            .allowEmptyShould(true);

    /** The kernel side says what happened; it never decides, so it knows nothing above it. */
    @ArchTest
    static final ArchRule kernelKnowsNothingAboveIt = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vigia.metrics..", "io.vigia.supervisor..")
            .allowEmptyShould(true);
}
