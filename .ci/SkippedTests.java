import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;

/**
 * Reads the test reports of every module and of every guest, prints how many tests ran and which were skipped for what
 * reason, and fails when one was skipped without saying why: such a skip hides a gap. Where guests ran, it prints for
 * each real-kernel test where it passed and where it was skipped.
 */
class SkippedTests {
    public static void main(String[] arguments) throws Exception {
        int tests = 0;
        int skipped = 0;
        Map<String, List<String>> byReason = new TreeMap<>();
        List<String> silent = new ArrayList<>();
        Map<String, Map<String, int[]>> places = new TreeMap<>();
        var builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        for (Path report : reports()) {
            var cases = builder.parse(report.toFile()).getElementsByTagName("testcase");
            tests += cases.getLength();
            if (cases.getLength() == 0) {
                // A class that gave up in @BeforeAll: the report keeps neither its tests nor the reason.
                silent.add(report.getFileName() + " ran nothing: put the assumption in @BeforeEach");
            }
            for (int i = 0; i < cases.getLength(); i++) {
                Element test = (Element) cases.item(i);
                var marks = test.getElementsByTagName("skipped");
                note(places, test, marks.getLength() > 0);
                if (marks.getLength() == 0) {
                    continue;
                }
                skipped++;
                String name = test.getAttribute("classname") + "." + test.getAttribute("name");
                Element mark = (Element) marks.item(0);
                String reason = reason(mark.getAttribute("message") + mark.getTextContent());
                if (reason.isEmpty()) {
                    silent.add(name);
                } else {
                    byReason.computeIfAbsent(reason, key -> new ArrayList<>()).add(name);
                }
            }
        }
        System.out.printf("%nTests: %d, of which skipped: %d%n", tests, skipped);
        byReason.forEach((reason, names) -> {
            System.out.printf("  skipped because %s%n", reason);
            names.forEach(name -> System.out.printf("    %s%n", name));
        });
        if (places.values().stream().anyMatch(of -> of.keySet().stream().anyMatch(place -> !place.equals(HOST)))) {
            System.out.println("  where the real-kernel tests passed:");
            places.forEach((test, of) -> System.out.printf("    %s: %s%n", test, told(of)));
        }
        if (!silent.isEmpty()) {
            System.out.println("  skipped WITHOUT a reason (give the assumption or @Disabled a message):");
            silent.forEach(name -> System.out.printf("    %s%n", name));
            System.exit(1);
        }
    }

    private static final String HOST =
            Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers")) ? "host (pure v2)" : "hybrid host";

    /** Counts passed and skipped by place; the invocations of a parameterised test are one test here. */
    private static void note(Map<String, Map<String, int[]>> places, Element test, boolean skipped) {
        String type = test.getAttribute("classname");
        int label = type.indexOf(" [");
        String name = type.substring(type.lastIndexOf('.', label < 0 ? type.length() : label) + 1, label < 0 ? type.length() : label);
        if (!name.endsWith("KernelIT") && !List.of("demo", "systemd", "image").contains(name)) {
            return;
        }
        String method = test.getAttribute("name").split("[ ({\\[]", 2)[0];
        String place = label < 0 ? HOST : type.substring(label + 2, type.length() - 1);
        places.computeIfAbsent(name + "." + method, key -> new TreeMap<>(java.util.Comparator.reverseOrder()))
                .computeIfAbsent(place, key -> new int[2])[skipped ? 1 : 0]++;
    }

    private static String told(Map<String, int[]> places) {
        List<String> told = new ArrayList<>();
        places.forEach((place, counts) -> told.add(place
                + (counts[0] > 1 ? " (" + counts[0] + ")" : "")
                + (counts[1] == 0 ? "" : counts[0] == 0 ? " skipped" : " (" + counts[1] + " skipped)")));
        return String.join(", ", told);
    }

    private static List<Path> reports() throws Exception {
        List<Path> found = new ArrayList<>();
        Path guests = Path.of("supervisor", "target", "kernel-vm");
        if (Files.isDirectory(guests)) {
            try (var files = Files.walk(guests, 3)) {
                files.filter(file -> file.getParent().endsWith("reports") && file.toString().endsWith(".xml"))
                        .forEach(found::add);
            }
        }
        for (String module : List.of("native", "metrics", "supervisor", "dashboards", "helm")) {
            for (String folder : List.of("surefire-reports", "failsafe-reports")) {
                Path reports = Path.of(module, "target", folder);
                if (Files.isDirectory(reports)) {
                    try (var files = Files.newDirectoryStream(reports, "TEST-*.xml")) {
                        files.forEach(found::add);
                    }
                }
            }
        }
        return found;
    }

    /** The author's words without the stack trace, or nothing where there is only what JUnit says by itself. */
    private static String reason(String said) {
        String own = said.split("\n\\s+at ", 2)[0]
                .strip()
                .replaceFirst("^org\\.opentest4j\\.TestAbortedException:?", "")
                .strip()
                .replaceFirst("^Assumption failed:?", "")
                .strip();
        boolean generated = own.matches("assumption is (not )?(true|false)") || own.endsWith(" is @Disabled");
        return generated ? "" : own;
    }
}
