package io.vigia.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A disk of its own in a mount namespace of its own, which a process holds that does nothing else: so it outlives vigia. */
final class SmallDisk implements AutoCloseable {
    private final Path directory;
    private final Path path;
    private final Process holder;

    private SmallDisk(Path directory, String mount) throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "a mount namespace needs root");
        this.directory = directory;
        this.path = Files.createDirectory(directory.resolve("disk"));
        this.holder = new ProcessBuilder(
                        "unshare",
                        "-m",
                        "--propagation",
                        "private",
                        "sh",
                        "-ec",
                        "cd \"$0\"; " + mount + "; echo mounted; exec sleep 600",
                        directory.toString())
                .start();
        if (!"mounted".equals(holder.inputReader().readLine())) {
            holder.destroyForcibly();
            assumeTrue(false, "cannot be made here: " + mount);
        }
    }

    /** Of 4 MB, in memory: it can be filled and freed. */
    static SmallDisk thatGetsFull(Path directory) throws IOException {
        return new SmallDisk(directory, "mount -t tmpfs -o size=4m none disk");
    }

    /** Of 32 MB, with a file system that gives up when told that its device failed. */
    static SmallDisk thatFails(Path directory) throws IOException {
        return new SmallDisk(directory, "truncate -s 32M image; mkfs.ext4 -q -F image >&2; mount -o loop image disk");
    }

    Path path() {
        return path;
    }

    /** What to put before a command that is to see this disk. */
    List<String> inMounts() {
        return List.of("nsenter", "-t", Long.toString(holder.pid()), "-m");
    }

    void fill() throws Exception {
        boolean unused = inside("dd if=/dev/zero of=disk/fill bs=4k");
    }

    void free() throws Exception {
        assertThat(inside("rm -f disk/fill")).isTrue();
    }

    /** From here on every write fails, as after an error of the device: ext4(5), {@code abort}. */
    void fail() throws Exception {
        assertThat(inside("mount -o remount,abort disk")).isTrue();
    }

    /** A good disk with what was on the failed one, in its place. Who has files of the failed one open keeps them. */
    void replace() throws Exception {
        assertThat(inside("cp image copy && umount -l disk && mount -o loop copy disk"))
                .isTrue();
    }

    private boolean inside(String line) throws Exception {
        List<String> command = new ArrayList<>(inMounts());
        command.addAll(List.of("sh", "-c", "cd \"$0\"; " + line, directory.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return process.exitValue() == 0;
    }

    @Override
    public void close() {
        holder.destroyForcibly();
    }
}
