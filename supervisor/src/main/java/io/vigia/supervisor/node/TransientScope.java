package io.vigia.supervisor.node;

import io.vigia.kernel.cgroup.ParentRefusedException;
import io.vigia.supervisor.model.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves this process, and no other, into a transient scope of its own with {@code Delegate=yes}, where systemd runs
 * (org.freedesktop.systemd1(5), StartTransientUnit; systemd's CGROUP_DELEGATION): the session's cgroup, with a shell in it,
 * cannot give controllers to groups below. The scope is named after the state directory, so that a next start finds the
 * groups that this one leaves running.
 */
final class TransientScope {
    private static final Logger LOG = LoggerFactory.getLogger(TransientScope.class);
    /** sd_booted(3). */
    private static final Path SYSTEMD = Path.of("/run/systemd/system");

    private static final Path OWN_CGROUP = Path.of("/proc/self/cgroup");
    private static final long CALL_SECONDS = 10;
    private static final long MOVED_SECONDS = 10;
    private static final long LOOK_NANOS = 5_000_000;

    private TransientScope() {}

    /**
     * Blocking, at the start only.
     *
     * @throws Problem of kind REFUSED when there is no systemd to ask, or it refuses
     */
    static void enter(ParentRefusedException refusal, Path stateDir) {
        String why = String.valueOf(refusal.getMessage());
        if (!Files.isDirectory(SYSTEMD)) {
            throw Problem.of(Problem.Kind.REFUSED, why);
        }
        long pid = ProcessHandle.current().pid();
        String unit = unit(stateDir);
        boolean ofUser = !"root".equals(System.getProperty("user.name"));
        try {
            String before = Files.readString(OWN_CGROUP, StandardCharsets.ISO_8859_1);
            String refused = ask(start(unit, pid, ofUser));
            if (refused != null) {
                // It is still there, with the groups of an earlier vigia in it.
                String again = ask(attach(unit, pid, ofUser));
                if (again != null) {
                    throw new IOException(refused + "; joining it: " + again);
                }
            }
            awaitMove(before);
            LOG.info("moved into the transient unit {} (Delegate=yes), so that groups can be made below it", unit);
        } catch (IOException e) {
            throw Problem.of(
                    Problem.Kind.REFUSED,
                    why + ". Asking systemd for a delegated scope of its own (" + unit + ") failed: " + e.getMessage());
        }
    }

    static String unit(Path stateDir) {
        return String.format(
                Locale.ROOT,
                "vigia-%08x.scope",
                stateDir.toAbsolutePath().toString().hashCode());
    }

    /** {@code fail}: a unit of that name is an error. The properties are those of systemd-run --scope -p Delegate=yes. */
    private static List<String> start(String unit, long pid, boolean ofUser) {
        List<String> words = call(ofUser, "StartTransientUnit", "ssa(sv)a(sa(sv))");
        words.addAll(
                List.of(unit, "fail", "4", "Description", "s", "vigia", "Delegate", "b", "true", "PIDs", "au", "1"));
        words.addAll(List.of(Long.toString(pid), "CollectMode", "s", "inactive-or-failed", "0"));
        return words;
    }

    /** Into the leaf, as the scope itself gives controllers to its children. */
    private static List<String> attach(String unit, long pid, boolean ofUser) {
        List<String> words = call(ofUser, "AttachProcessesToUnit", "ssau");
        words.addAll(List.of(unit, "/supervisor", "1", Long.toString(pid)));
        return words;
    }

    private static List<String> call(boolean ofUser, String method, String signature) {
        List<String> words = new ArrayList<>(List.of("busctl"));
        if (ofUser) {
            words.add("--user");
        }
        words.addAll(List.of(
                "--quiet",
                "call",
                "org.freedesktop.systemd1",
                "/org/freedesktop/systemd1",
                "org.freedesktop.systemd1.Manager",
                method,
                signature));
        return words;
    }

    /** {@code null}: done; else what was said against it. */
    private static @Nullable String ask(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (InputStream said = process.getInputStream()) {
            process.getOutputStream().close();
            if (!process.waitFor(CALL_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("busctl did not answer within " + CALL_SECONDS + " s");
            }
            return process.exitValue() == 0 ? null : new String(said.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    // The call answers when the job is queued, and busctl cannot wait for the job's end (JobRemoved goes to whoever
    // subscribed on the same
    // connection before the call). The kernel tells nobody of a move: what would tell of the new cgroup is in a
    // directory that is not known
    // before. So this process looks at its own file, once in its life.
    private static void awaitMove(String before) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOVED_SECONDS);
        while (Files.readString(OWN_CGROUP, StandardCharsets.ISO_8859_1).equals(before)) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("this process was not moved within " + MOVED_SECONDS + " s");
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}
