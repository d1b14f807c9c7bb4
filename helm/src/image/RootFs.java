import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Lays out the file system of the image: vigia as it is installed, a Java linked from what it needs, the C library that both
 * need, and a busybox for the launcher and for probes. There is no base image; everything comes from the machine that builds, so the image has
 * that machine's architecture.
 *
 * <p>Arguments: top of the repository, folder to make.
 */
class RootFs {
    /** java.sql and java.xml: SQLite and logback; jdk.management: the JVM's meters; jdk.unsupported: Netty. */
    private static final String MODULES =
            "java.base,java.logging,java.management,java.naming,java.sql,java.xml,jdk.crypto.ec,jdk.management,jdk.unsupported";

    private final Path top;
    private final Path root;

    RootFs(Path top, Path root) {
        this.top = top;
        this.root = root;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        new RootFs(Path.of(arguments[0]).toRealPath(), Path.of(arguments[1]).toAbsolutePath()).make();
    }

    private void make() throws IOException, InterruptedException {
        remove(root);
        Path java = root.resolve("usr/lib/jvm");
        Files.createDirectories(java.getParent());
        link(java);
        Path vigia = root.resolve("usr/lib/vigia");
        copy(top.resolve("vigia"), vigia.resolve("vigia"));
        copy(top.resolve("supervisor/target/vigia.jar"), vigia.resolve("vigia.jar"));
        copyTree(top.resolve("supervisor/target/lib"), vigia.resolve("lib"));
        write("usr/bin/vigia", "#!/bin/sh\nexec /usr/lib/vigia/vigia \"$@\"\n", true);
        Path busybox = busybox();
        copy(busybox, root.resolve("bin/busybox"));
        copy(busybox, root.resolve("bin/sh"));
        for (Path library : libraries()) {
            copy(library, root.resolve(library.toString().substring(1)));
        }
        write("etc/passwd", "root:x:0:0::/tmp:/bin/sh\nvigia:x:65532:65532::/var/lib/vigia:/bin/sh\n", false);
        write("etc/group", "root:x:0:\nvigia:x:65532:\n", false);
        for (String directory : List.of(
                "etc/vigia/conf.d",
                "etc/vigia/groups.d",
                "etc/vigia/policies.d",
                "var/lib/vigia",
                "run/vigia",
                "tmp",
                "proc",
                "sys",
                "dev")) {
            Files.createDirectories(root.resolve(directory));
        }
    }

    private static void link(Path java) {
        ToolProvider jlink = ToolProvider.findFirst("jlink")
                .orElseThrow(() ->
                        new IllegalStateException("the JDK at " + System.getProperty("java.home") + " has no jlink"));
        PrintStream out = System.err;
        int code = jlink.run(
                out,
                out,
                "--add-modules",
                MODULES,
                "--strip-java-debug-attributes",
                "--no-header-files",
                "--no-man-pages",
                // Debian's JDK brings those of the VM: 600 MB.
                "--exclude-files=**.debuginfo",
                "--output",
                java.toString());
        if (code != 0) {
            throw new IllegalStateException("jlink ended with " + code);
        }
    }

    private static Path busybox() {
        return Stream.of("/bin/busybox", "/usr/bin/busybox")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() ->
                        new IllegalStateException("the image needs a static busybox: apt-get install busybox-static"));
    }

    /** What the dynamic linker would load for anything in the image, by ldd(1), with the linker itself. */
    private Set<Path> libraries() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ldd"));
        try (Stream<Path> files = Files.walk(root.resolve("usr/lib/jvm"))) {
            files.filter(file -> file.toString().endsWith(".so") || file.endsWith("bin/java"))
                    .map(Path::toString)
                    .forEach(command::add);
        }
        String here = System.getProperty("os.arch").equals("aarch64") ? "aarch" : "x86";
        try (Stream<Path> files = Files.walk(root.resolve("usr/lib/vigia/lib/native"))) {
            files.filter(file ->
                            file.toString().endsWith(".so") && file.toString().contains(here))
                    .map(Path::toString)
                    .forEach(command::add);
        }
        Process ldd = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        Set<Path> found = new TreeSet<>();
        for (String line : new String(ldd.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
            for (String word : line.strip().split("\\s+")) {
                if (word.startsWith("/lib") && !word.endsWith(":")) {
                    found.add(Path.of(word));
                }
            }
        }
        int code = ldd.waitFor();
        if (found.isEmpty()) {
            throw new IllegalStateException(
                    "ldd found no library (exit " + code + "): is the JDK linked against another C library?");
        }
        return found;
    }

    private void write(String name, String text, boolean executable) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        if (executable && !file.toFile().setExecutable(true, false)) {
            throw new IOException("cannot make " + file + " executable");
        }
    }

    /** The file that a link leads to, with its mode. */
    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.copy(from.toRealPath(), to, StandardCopyOption.COPY_ATTRIBUTES);
    }

    private static void copyTree(Path from, Path to) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(from)) {
            all = walk.filter(Files::isRegularFile).toList();
        }
        for (Path one : all) {
            copy(one, to.resolve(from.relativize(one).toString()));
        }
    }

    private static void remove(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
