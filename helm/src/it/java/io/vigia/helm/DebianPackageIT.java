package io.vigia.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The package, installed by dpkg into a root of its own, and its service started as the unit says. */
class DebianPackageIT {
    private static final List<String> UNITS = List.of(
            "sysinit.target",
            "basic.target",
            "shutdown.target",
            "local-fs.target",
            "network.target",
            "multi-user.target");

    @TempDir
    Path root;

    @BeforeEach
    void needsDpkgAndRoot() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/dpkg")), "no dpkg here");
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "only root may install packages");
    }

    private void dpkg(String... arguments) throws IOException, InterruptedException {
        Files.createDirectories(root.resolve("var/lib/dpkg/updates"));
        Files.createDirectories(root.resolve("var/lib/dpkg/info"));
        Path status = root.resolve("var/lib/dpkg/status");
        if (!Files.exists(status)) {
            Files.createFile(status);
        }
        // The maintainer scripts run outside of the root and are told of it; the root has no libc6 of its own.
        List<String> command = new ArrayList<>(List.of(
                "dpkg",
                "--root=" + root,
                "--log=/dev/null",
                "--force-script-chrootless",
                "--force-depends",
                "--no-pager"));
        command.addAll(List.of(arguments));
        String unused = Program.run(Map.of("DEBIAN_FRONTEND", "noninteractive"), command, 0);
    }

    private void install() throws IOException, InterruptedException {
        try (Stream<Path> files = Files.list(SourceTree.TARGET)) {
            Path deb = files.filter(file -> file.toString().endsWith(".deb"))
                    .findFirst()
                    .orElseThrow();
            dpkg("--install", deb.toString());
        }
    }

    private List<String> unit(String key) throws IOException {
        return Files.readAllLines(root.resolve("usr/lib/systemd/system/vigia.service")).stream()
                .filter(line -> line.startsWith(key + "="))
                .map(line -> line.substring(key.length() + 1))
                .toList();
    }

    @Test
    void startsReadyAndTellsTheServiceManagerSo() throws IOException, InterruptedException {
        install();
        List<String> command =
                new ArrayList<>(List.of(unit("ExecStart").getFirst().split(" ")));
        command.set(0, root + command.getFirst());
        // What another vigia on this machine may hold already; the rest is as installed.
        Path config = root.resolve("etc/vigia/vigia.yaml");
        Files.writeString(config, Files.readString(config).replace("127.0.0.1:9797", "127.0.0.1:0"));
        command.addAll(List.of("--config", config.toString()));
        command.addAll(List.of("--socket", root.resolve("run/vigia.sock").toString()));
        command.addAll(List.of("--state-dir", root.resolve("var/lib/vigia").toString()));
        Files.createDirectories(root.resolve("run"));
        String address = "@vigia-test-" + ProcessHandle.current().pid();
        try (NotificationListener manager = new NotificationListener(address);
                Program served = Program.start(
                        new HashMap<>(Map.of("NOTIFY_SOCKET", address, "WATCHDOG_USEC", "400000")), command)) {
            assertThat(manager.until(served, heard -> !heard.isEmpty()).getFirst())
                    .startsWith("READY=1\nSTATUS=http://127.0.0.1:");
            assertThat(manager.until(served, heard -> heard.size() >= 4))
                    .filteredOn("WATCHDOG=1"::equals)
                    .hasSizeGreaterThan(2);
            int code = served.terminate();
            assertThat(manager.until(served, heard -> heard.getLast().startsWith("STOPPING=1"))
                            .getLast())
                    .contains("managed groups run on");
            assertThat(code).isIn(0, 143);
        }
    }

    @Test
    void leavesNothingWhenItIsPurged() throws IOException, InterruptedException {
        install();
        assertThat(root.resolve("usr/bin/vigia")).isSymbolicLink().isExecutable();
        assertThat(root.resolve("etc/vigia/policies.d")).isDirectory();
        dpkg("--remove", "vigia");
        assertThat(root.resolve("etc/vigia/vigia.yaml")).exists();
        assertThat(root.resolve("usr/lib/vigia")).doesNotExist();
        dpkg("--purge", "vigia");
        assertThat(root.resolve("etc/vigia")).doesNotExist();
        assertThat(root.resolve("usr/bin/vigia")).doesNotExist();
    }

    @Test
    void isEnabledInARootWithoutARunningSystemd() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/deb-systemd-helper")), "no init-system-helpers here");
        Path wanted = root.resolve("etc/systemd/system/multi-user.target.wants/vigia.service");
        install();
        assertThat(wanted).isSymbolicLink();
        dpkg("--remove", "vigia");
        dpkg("--purge", "vigia");
        assertThat(Files.exists(wanted, LinkOption.NOFOLLOW_LINKS)).isFalse();
    }

    /** As {@code configure} at the first installation, on a system whose systemd is a program that writes down what it is asked. */
    @ParameterizedTest
    @CsvSource({
        // Older helpers make the link themselves, newer ones ask systemctl for it.
        "  0, true,  linked|.*preset vigia.service, start vigia.service",
        "101, true,  linked|.*preset vigia.service, ''",
        "  0, false, enable vigia.service,  start vigia.service"
    })
    void asksPolicyBeforeItStarts(int policy, boolean debian, String enabled, String started)
            throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/deb-systemd-invoke")), "no init-system-helpers here");
        for (String place : List.of("/etc/systemd", "/var/lib/systemd", "/usr/lib/systemd/system")) {
            assumeTrue(Files.isDirectory(Path.of(place)), "no " + place + " to mount over");
        }
        install();
        Path log = root.resolve("asked");
        program("bin/systemctl", "case \"$*\" in *is-enabled*) echo enabled ;; *) echo \"$*\" >>" + log + " ;; esac");
        program("sbin/policy-rc.d", "exit " + policy);
        String unused = Program.run(
                Map.of(
                        "DPKG_MAINTSCRIPT_PACKAGE",
                        "vigia",
                        "ROOT",
                        root.toString(),
                        "SEARCHED",
                        root + "/bin" + (debian ? ":/usr/bin:/bin" : "")),
                List.of("unshare", "--mount", "sh", "-ec", """
                    mount -t tmpfs none /run && mkdir -p /run/systemd/system
                    mount -t tmpfs none /etc/systemd
                    mount -t tmpfs none /var/lib/systemd
                    mount --bind "$ROOT/usr/lib/systemd/system" /usr/lib/systemd/system
                    mount --bind "$ROOT/sbin" /usr/sbin
                    (PATH=$SEARCHED; . "$ROOT/var/lib/dpkg/info/vigia.postinst")
                    if [ -L /etc/systemd/system/multi-user.target.wants/vigia.service ]; then
                        echo linked >>"$ROOT/asked"
                    fi
                    """, "sh", "configure"),
                0);
        List<String> asked = Files.readAllLines(log).stream()
                .map(line -> line.replaceAll("--(quiet|system) ", ""))
                .toList();
        assertThat(asked).contains("daemon-reload").anyMatch(line -> line.matches(enabled));
        if (started.isEmpty()) {
            assertThat(asked).noneMatch(line -> line.startsWith("start") || line.contains("--now"));
        } else {
            assertThat(asked).contains(started);
        }
    }

    private void program(String path, String text) throws IOException {
        Path file = Program.write(root.resolve(path), "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void installsAConfigurationThatSaysTheDefaults() throws IOException, InterruptedException {
        install();
        assertThat(Program.run(
                        Map.of(),
                        List.of(
                                root.resolve("usr/bin/vigia").toString(),
                                "check",
                                root.resolve("etc/vigia").toString()),
                        0))
                .contains("vigia.yaml: valid");
    }

    @Test
    void hasAUnitThatSystemdUnderstands() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/systemd-analyze")), "no systemd-analyze here");
        install();
        assertThat(unit("Type")).containsExactly("notify");
        assertThat(unit("KillMode")).containsExactly("process");
        assertThat(unit("Delegate")).containsExactly("yes");
        // Below its own unit no successor could be started as long as there are groups.
        assertThat(unit("Environment")).contains("VIGIA_PARENT=/system.slice/vigia-groups.service");
        assertThat(unit("Requires")).containsExactly("vigia-groups.service");
        assertThat(root.resolve("usr/lib/systemd/system/vigia-groups.service"))
                .content()
                .contains("Delegate=yes\n");
        Path system = Files.createDirectories(root.resolve("etc/systemd/system"));
        for (String one : UNITS) {
            Path target = Path.of("/lib/systemd/system", one);
            assumeTrue(Files.exists(target), "no " + target + " to verify against");
            Files.copy(target, system.resolve(one));
        }
        // What the unit of the groups runs at its stop.
        Files.copy(
                Path.of("/bin/true"),
                Files.createDirectories(root.resolve("bin")).resolve("true"),
                StandardCopyOption.COPY_ATTRIBUTES);
        List<String> verify = List.of(
                "systemd-analyze", "verify", "--man=no", "--root=" + root, "vigia.service", "vigia-groups.service");
        assertThat(Program.run(Map.of(), verify, 0)).isBlank();
        Path dropIn = Files.createDirectories(system.resolve("vigia.service.d"));
        Files.copy(root.resolve("usr/share/doc/vigia/examples/observe-only.conf"), dropIn.resolve("observe-only.conf"));
        assertThat(Program.run(Map.of(), verify, 0)).isBlank();
        // In tenths: below 4.0 systemd calls it OK.
        String unused = Program.run(
                Map.of(),
                List.of(
                        "systemd-analyze",
                        "security",
                        "--no-pager",
                        "--offline=true",
                        "--threshold=40",
                        "--root=" + root,
                        "vigia.service"),
                0);
    }
}
