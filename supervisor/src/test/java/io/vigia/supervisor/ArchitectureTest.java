package io.vigia.supervisor;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.jspecify.annotations.NullMarked;

/** The rules of ARCHITECTURE.md over all three modules. */
@AnalyzeClasses(packages = "io.vigia", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule policyIsPure = classes()
            .that()
            .resideInAPackage("io.vigia.supervisor.policy..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                            "java.lang..",
                            "java.util",
                            "java.util.function",
                            "java.util.stream",
                            "java.util.regex",
                            "java.time..",
                            "java.math..",
                            "java.text..",
                            "org.jspecify..",
                            "io.vigia.kernel.model..",
                            "io.vigia.kernel.event..",
                            "io.vigia.supervisor.policy..")
                    .or(DescribedPredicate.describe(
                            "URI or primitive",
                            type -> type.getName().equals("java.net.URI")
                                    || type.getBaseComponentType().isPrimitive())))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule policyReadsNoClock = noClasses()
            .that()
            .resideInAPackage("io.vigia.supervisor.policy..")
            .should()
            .accessTargetWhere(DescribedPredicate.describe("reads a clock", ArchitectureTest::readsClock))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyTheFrontDoorImportsNode = noClasses()
            .that()
            .resideOutsideOfPackages("io.vigia.supervisor", "io.vigia.supervisor.node..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.vigia.supervisor.node..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule metricsKnowsNoSupervisor = noClasses()
            .that()
            .resideInAPackage("io.vigia.metrics..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.vigia.supervisor..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule nobodyButSysImportsJna = noClasses()
            .that()
            .resideOutsideOfPackage("io.vigia.kernel.sys..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.sun.jna..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule nobodyButLoopImportsNettyEpoll = noClasses()
            .that()
            .resideOutsideOfPackage("io.vigia.kernel.loop..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.netty.channel.epoll..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule packagesAreFreeOfCycles =
            slices().matching("io.vigia.(**)").should().beFreeOfCycles().allowEmptyShould(true);

    @ArchTest
    static final ArchRule everyPackageIsNullMarked = classes().should(beInNullMarkedPackage());

    private static boolean readsClock(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        String name = access.getName();
        return (owner.equals("java.lang.System") && (name.equals("nanoTime") || name.equals("currentTimeMillis")))
                || owner.equals("java.time.Clock")
                || (owner.startsWith("java.time.") && name.equals("now"));
    }

    private static ArchCondition<JavaClass> beInNullMarkedPackage() {
        return new ArchCondition<>("be in a package whose package-info says @NullMarked") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean marked = type.getPackage()
                        .tryGetPackageInfo()
                        .map(info -> info.isAnnotatedWith(NullMarked.class))
                        .orElse(false);
                events.add(new SimpleConditionEvent(
                        type, marked, "package " + type.getPackageName() + " of " + type.getName()));
            }
        };
    }
}
