package io.vigia.supervisor.guest;

import static org.junit.platform.engine.discovery.ClassNameFilter.includeClassNamePatterns;
import static org.junit.platform.launcher.EngineFilter.includeEngines;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs the real-kernel tests that it finds and no other guest has taken, writes one report for each class, as surefire does,
 * and the file {@code outcome} at the end. Arguments: folder of the reports, label of the kernel, number of the guest, pattern
 * of class names, then the folders of compiled tests.
 */
public final class GuestTests {
    private GuestTests() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        String label = arguments[1];
        Set<Path> roots = Arrays.stream(arguments).skip(4).map(Path::of).collect(Collectors.toSet());
        LauncherDiscoveryRequest everything = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClasspathRoots(roots))
                .filters(includeClassNamePatterns(arguments[3]), includeEngines("junit-jupiter"))
                .build();
        Launcher launcher = LauncherFactory.create();
        GuestReports reports = new GuestReports(folder, label);
        for (String name : classes(launcher.discover(everything))) {
            if (taken(folder, label, name)) {
                launcher.execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(DiscoverySelectors.selectClass(name))
                                .filters(includeEngines("junit-jupiter"))
                                .build(),
                        reports);
            }
        }
        System.out.println("guest tests: " + reports.summary());
        Files.writeString(folder.resolve("outcome-" + arguments[2]), reports.failed() ? "failed\n" : "passed\n");
        // Threads that a failed test left must not keep the guest up.
        System.exit(reports.failed() ? 1 : 0);
    }

    private static List<String> classes(TestPlan plan) {
        return plan.getRoots().stream()
                .flatMap(root -> plan.getChildren(root).stream())
                .map(TestIdentifier::getSource)
                .flatMap(source -> source.stream())
                .filter(ClassSource.class::isInstance)
                .map(source -> ((ClassSource) source).getClassName())
                .toList();
    }

    /** Guests of one kernel share the folder: whoever makes the file runs the class. */
    private static boolean taken(Path folder, String label, String name) throws IOException {
        try {
            Files.createFile(folder.resolve("taken " + label + " " + name));
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }
}
