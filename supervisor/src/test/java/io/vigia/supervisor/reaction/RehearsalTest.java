package io.vigia.supervisor.reaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vigia.kernel.cgroup.HierarchyKind;
import io.vigia.kernel.sys.JnaSyscalls;
import io.vigia.supervisor.ContextLoop;
import io.vigia.supervisor.action.GroupWorkers;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RehearsalTest {
    @TempDir
    Path folder;

    private final JnaSyscalls syscalls = new JnaSyscalls();
    private final Vertx vertx = Vertx.vertx();
    private final ContextLoop loop = new ContextLoop(vertx);
    private final GroupWorkers workers = new GroupWorkers(vertx, 2, 100);

    @AfterEach
    void stop() throws Exception {
        workers.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @EnumSource(names = {"UNIFIED", "HYBRID"})
    void reactsAndLeavesNothingBehind(HierarchyKind kind) throws Exception {
        Path left = folder.resolve("s.rehearsal/unified/target/of-a-killed-one");
        Files.createDirectories(left);
        try (HostFacts host = new HostFacts(syscalls)) {
            int reactions =
                    loop.await(() -> new Rehearsal(loop, workers, syscalls, kind, host, folder.resolve("s")).play());
            assertThat(reactions).isPositive();
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void endsBetweenTwoReactionsWhenClosed() throws Exception {
        try (HostFacts host = new HostFacts(syscalls)) {
            Rehearsal rehearsal =
                    new Rehearsal(loop, workers, syscalls, HierarchyKind.UNIFIED, host, folder.resolve("s"));
            Future<Integer> played = loop.await(() -> Future.succeededFuture(rehearsal.play()));
            rehearsal.close();
            assertThat(loop.await(() -> played)).isLessThan(400);
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void doesNotFollowALinkThatLiesThere() throws Exception {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path kept = Files.createFile(elsewhere.resolve("kept"));
        Files.createSymbolicLink(folder.resolve("s.rehearsal"), elsewhere);
        Stage.remove(folder.resolve("s.rehearsal"));
        assertThat(kept).exists();
        assertThat(folder.resolve("s.rehearsal")).doesNotExist();
    }

    @Test
    void leavesAloneWhatIsSomebodyElses() throws Exception {
        Path theirs = Files.createDirectory(folder.resolve("s.rehearsal"));
        Path kept = Files.createFile(theirs.resolve("kept"));
        try {
            Files.setAttribute(theirs, "unix:uid", 65534);
        } catch (FileSystemException e) {
            assumeTrue(false, "only root can give a folder away");
        }
        assertThatThrownBy(() -> Stage.remove(folder.resolve("s.rehearsal"))).hasMessageContaining("user 65534");
        assertThat(kept).exists();
    }
}
