package io.vigia.supervisor.guest;

import static org.junit.platform.engine.discovery.ClassNameFilter.includeClassNamePatterns;
import static org.junit.platform.launcher.EngineFilter.includeEngines;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs the real-kernel tests it finds and writes one report for each class, as surefire does, and the file {@code outcome}
 * at the end. Arguments: folder of the reports, label of the kernel, pattern of class names, then the folders of compiled tests.
 */
public final class GuestTests {
    private GuestTests() {}

    public static void main(String[] arguments) throws IOException {
        Set<Path> roots = Arrays.stream(arguments).skip(3).map(Path::of).collect(Collectors.toSet());
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClasspathRoots(roots))
                .filters(includeClassNamePatterns(arguments[2]), includeEngines("junit-jupiter"))
                .build();
        Path folder = Path.of(arguments[0]);
        GuestReports reports = new GuestReports(folder, arguments[1]);
        LauncherFactory.create().execute(request, reports);
        System.out.println("guest tests: " + reports.summary());
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("outcome"), reports.failed() ? "failed\n" : "passed\n");
        // Threads that a failed test left must not keep the guest up.
        System.exit(reports.failed() ? 1 : 0);
    }
}
