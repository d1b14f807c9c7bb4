package io.vigia.supervisor.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vigia.kernel.cgroup.Cgroup;
import io.vigia.kernel.cgroup.HierarchyKind;
import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.sys.Errno;
import io.vigia.kernel.sys.KernelException;
import io.vigia.supervisor.model.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Four limits are changed together, and each kernel file that this writes is refused once, for good, or not readable afterwards: then
 * every limit is as it was, or is said not to be.
 */
class LimitTransactionTest {
    private static final Map<LimitFile, LimitValue> LOWER = new EnumMap<>(Map.of(
            LimitFile.CPU_MAX, new LimitValue.CpuQuota(20_000, 50_000),
            LimitFile.MEMORY_MAX, new LimitValue.Amount(32 << 20),
            LimitFile.MEMORY_SWAP_MAX, new LimitValue.Amount(8 << 20),
            LimitFile.PIDS_MAX, new LimitValue.Amount(20)));
    private static final Map<LimitFile, LimitValue> HIGHER = new EnumMap<>(Map.of(
            LimitFile.CPU_MAX, new LimitValue.CpuUnlimited(50_000),
            LimitFile.MEMORY_MAX, new LimitValue.Max(),
            LimitFile.MEMORY_SWAP_MAX, new LimitValue.Max(),
            LimitFile.PIDS_MAX, new LimitValue.Max()));
    private static final List<String> LOWER_HYBRID = List.of(
            "cpu.cfs_quota_us",
            "cpu.cfs_period_us",
            "cpu.cfs_quota_us",
            "memory.limit_in_bytes",
            "memory.memsw.limit_in_bytes",
            "memory.memsw.limit_in_bytes",
            "pids.max");
    private static final List<String> HIGHER_HYBRID = List.of(
            "cpu.cfs_quota_us",
            "cpu.cfs_period_us",
            "memory.memsw.limit_in_bytes",
            "memory.limit_in_bytes",
            "memory.memsw.limit_in_bytes",
            "pids.max");
    private static final List<String> UNIFIED = List.of("cpu.max", "memory.max", "memory.swap.max", "pids.max");

    @TempDir
    private Path folder;

    /** Each position in the order of the kernel files that are written. */
    static Stream<Arguments> positions() {
        return Stream.of(
                        new Case(HierarchyKind.HYBRID, LOWER, LOWER_HYBRID),
                        new Case(HierarchyKind.HYBRID, HIGHER, HIGHER_HYBRID),
                        new Case(HierarchyKind.UNIFIED, LOWER, UNIFIED),
                        new Case(HierarchyKind.UNIFIED, HIGHER, UNIFIED))
                .flatMap(each -> Stream.iterate(0, i -> i < each.files.size(), i -> i + 1)
                        .map(i -> Arguments.of(each, i)));
    }

    private record Case(HierarchyKind kind, Map<LimitFile, LimitValue> wanted, List<String> files) {
        @Override
        public String toString() {
            return kind + (wanted.equals(LOWER) ? " lower" : " higher");
        }
    }

    @ParameterizedTest
    @EnumSource(HierarchyKind.class)
    void writesTheFilesOfTheTable(HierarchyKind kind) throws IOException {
        try (PlayedTree tree = new PlayedTree(folder, kind)) {
            assertThat(write(tree, LOWER)).isEqualTo(LOWER);
            assertThat(tree.writes()).isEqualTo(kind == HierarchyKind.UNIFIED ? UNIFIED : LOWER_HYBRID);
        }
    }

    @ParameterizedTest
    @MethodSource("positions")
    void putsEverythingBackWhereOneWriteIsRefused(Case of, int position) throws IOException {
        try (PlayedTree tree = new PlayedTree(folder, of.kind)) {
            Map<String, String> before = tree.contents();
            refuse(tree, (at, file) -> at == position);
            Problem problem = refused(tree, of.wanted);
            assertThat(tree.writes().get(position)).isEqualTo(of.files.get(position));
            assertThat(problem.kind()).isEqualTo(Problem.Kind.KERNEL);
            assertThat(problem.errno()).isEqualTo(Errno.EIO);
            assertThat(problem).hasMessageContaining("nothing was changed");
            assertThat(tree.contents()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @MethodSource("positions")
    void namesWhatIsNotBackWhereAFileIsRefusedFromThenOn(Case of, int position) throws IOException {
        try (PlayedTree tree = new PlayedTree(folder, of.kind)) {
            String refusing = of.files.get(position);
            refuse(tree, (at, file) -> at >= position && file.equals(refusing));
            staysOrIsNamed(tree, of.wanted);
        }
    }

    @ParameterizedTest
    @MethodSource("positions")
    void namesWhatIsNotBackWhereEverythingIsRefusedFromThenOn(Case of, int position) throws IOException {
        try (PlayedTree tree = new PlayedTree(folder, of.kind)) {
            refuse(tree, (at, file) -> at >= position);
            staysOrIsNamed(tree, of.wanted);
        }
    }

    @ParameterizedTest
    @MethodSource("positions")
    void putsBackWhatWasWrittenAndCouldNotBeReadOnce(Case of, int position) throws IOException {
        try (PlayedTree tree = new PlayedTree(folder, of.kind)) {
            Map<String, String> before = tree.contents();
            String written = of.files.get(position);
            boolean[] done = new boolean[1];
            tree.unreadable(file -> {
                boolean now = !done[0] && tree.writes().size() > position && file.equals(written);
                done[0] |= now;
                return now;
            });
            Problem problem = refused(tree, of.wanted);
            assertThat(problem.kind()).isEqualTo(Problem.Kind.UNSUPPORTED);
            assertThat(problem).hasMessageContaining("EIO");
            assertThat(tree.contents()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @MethodSource("positions")
    void saysSoWhereWhatIsBackCannotBeRead(Case of, int position) throws IOException {
        try (PlayedTree tree = new PlayedTree(folder, of.kind)) {
            String written = of.files.get(position);
            tree.unreadable(file -> tree.writes().size() > position && file.equals(written));
            Problem problem = refused(tree, of.wanted);
            assertThat(problem)
                    .hasMessageContaining("could not be set back")
                    .hasMessageContaining("EIO")
                    .message()
                    .doesNotContain("nothing was changed");
        }
    }

    @ParameterizedTest
    @MethodSource("positions")
    void saysThatTheGroupEndedMidway(Case of, int position) throws IOException {
        try (PlayedTree tree = new PlayedTree(folder, of.kind)) {
            tree.beforeEachWrite((at, file) -> {
                if (at == position) {
                    tree.removeGroup();
                    throw KernelException.of("write", file, Errno.ENODEV);
                }
            });
            Problem problem = refused(tree, of.wanted);
            assertThat(problem.kind()).isEqualTo(Problem.Kind.NOT_FOUND);
            assertThat(problem).hasMessageContaining("ended meanwhile");
        }
    }

    @ParameterizedTest
    @MethodSource("positions")
    void saysThatTheGroupEndedBeforeItCouldBePutBack(Case of, int position) throws IOException {
        try (PlayedTree tree = new PlayedTree(folder, of.kind)) {
            tree.beforeEachWrite((at, file) -> {
                if (at == position) {
                    throw KernelException.of("write", file, Errno.EIO);
                }
                if (at == position + 1) {
                    tree.removeGroup();
                    throw KernelException.of("write", file, Errno.ENODEV);
                }
            });
            assertThat(refused(tree, of.wanted).kind()).isEqualTo(Problem.Kind.NOT_FOUND);
        }
    }

    /** Somebody removes a directory of one v1 hierarchy under a group that lives on. */
    @ParameterizedTest
    @EnumSource(
            value = HierarchyKind.class,
            names = {"HYBRID"})
    void namesWhatWasInADirectoryThatIsGoneWhileTheGroupLives(HierarchyKind kind) throws IOException {
        try (PlayedTree tree = new PlayedTree(folder, kind)) {
            tree.beforeEachWrite((at, file) -> {
                if (at == LOWER_HYBRID.size() - 1) {
                    tree.removeGroup("memory");
                    throw KernelException.of("write", file, Errno.EIO);
                }
            });
            Problem problem = refused(tree, LOWER);
            assertThat(problem.kind()).isEqualTo(Problem.Kind.KERNEL);
            assertThat(problem)
                    .hasMessageContaining("could not be set back")
                    .hasMessageContaining("memory.max (its directory is gone)");
            assertThat(tree.group().readLimit(LimitFile.CPU_MAX).orNull())
                    .isEqualTo(new LimitValue.CpuQuota(90_000, 100_000));
        }
    }

    private static void refuse(PlayedTree tree, BiPredicate<Integer, String> which) {
        tree.beforeEachWrite((position, file) -> {
            if (which.test(position, file)) {
                throw KernelException.of("write", file, Errno.EIO);
            }
        });
    }

    private static void staysOrIsNamed(PlayedTree tree, Map<LimitFile, LimitValue> wanted) {
        Map<LimitFile, LimitValue> before = read(tree, wanted.keySet());
        Problem problem = refused(tree, wanted);
        String message = problem.getMessage();
        String stuck = message.contains("could not be set back")
                ? message.substring(message.indexOf("could not be set back"))
                : "";
        read(tree, wanted.keySet()).forEach((file, now) -> {
            if (!now.equals(before.get(file))) {
                assertThat(stuck).as("%s is %s", file.fileName(), now).contains(file.fileName() + " (");
            }
        });
        assertThat(message.contains("nothing was changed")).isEqualTo(stuck.isEmpty());
    }

    private static Map<LimitFile, LimitValue> read(PlayedTree tree, Set<LimitFile> files) {
        Cgroup group = tree.group();
        Map<LimitFile, LimitValue> values = new EnumMap<>(LimitFile.class);
        files.forEach(file ->
                values.put(file, Objects.requireNonNull(group.readLimit(file).orNull())));
        return values;
    }

    private static Map<LimitFile, LimitValue> write(PlayedTree tree, Map<LimitFile, LimitValue> wanted) {
        return new LimitTransaction(tree.group(), read(tree, wanted.keySet())).write(wanted);
    }

    private static Problem refused(PlayedTree tree, Map<LimitFile, LimitValue> wanted) {
        @Nullable Problem problem = catchThrowableOfType(Problem.class, () -> write(tree, wanted));
        return Objects.requireNonNull(problem, "nothing was refused");
    }
}
