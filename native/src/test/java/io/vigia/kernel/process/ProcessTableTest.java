package io.vigia.kernel.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.event.KernelEvent.ProcessExited;
import io.vigia.kernel.event.KernelEvent.ProcessForked;
import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.ExitStatus;
import io.vigia.kernel.sys.Fd;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessTableTest {
    private static final CgroupPath A = new CgroupPath("/a");
    private static final CgroupPath B = new CgroupPath("/b");
    private final ProcessTable table = new ProcessTable(new HereLoop(), 5);

    @Test
    void aChildIsWhereItsParentIs() {
        table.assign(10, A);
        fork(10, 11);
        exit(10);
        fork(11, 12);
        assertThat(table.members(A)).containsExactly(11, 12);
        assertThat(table.parentOf(12)).isEqualTo(11);
        assertThat(table.cgroupOf(10)).isNull();
    }

    @Test
    void aDaemonHangsBelowTheNearestOfItsAncestorsThatLives() {
        table.assign(10, A);
        fork(10, 11);
        fork(11, 12);
        fork(12, 13);
        exit(12);
        exit(11);
        assertThat(table.within(A))
                .containsExactly(new ProcessTable.Member(10, 0, 0), new ProcessTable.Member(13, 12, 10));
        exit(10);
        assertThat(table.within(CgroupPath.ROOT)).containsExactly(new ProcessTable.Member(13, 12, 0));
    }

    @Test
    void whomAChildForkedBeforeItsCgroupWasKnownMovesWithIt() {
        table.assign(1, A);
        fork(1, 10);
        fork(10, 11);
        fork(11, 12);
        table.assign(11, CgroupPath.ROOT);
        exit(11);
        fork(1, 20);
        table.born(10, B);
        assertThat(table.members(B)).containsExactly(10, 12);
        assertThat(table.members(A)).containsExactly(1, 20);
    }

    @Test
    void whomAChildLeftBehindMovesWithItThoughItsCgroupIsKnownOnlyAfterItsEnd() {
        table.assign(1, A);
        fork(1, 10);
        fork(10, 11);
        fork(11, 12);
        fork(11, 13);
        table.assign(13, A.child("elsewhere"));
        List<Integer> left = table.descendantsWhereItIs(10);
        exit(10);
        exit(11);
        fork(12, 14);

        table.leftBehind(left, A, B);

        assertThat(table.members(B)).containsExactlyInAnyOrder(12, 14);
        assertThat(table.members(A)).containsExactly(1);
        assertThat(table.cgroupOf(13)).isEqualTo(A.child("elsewhere"));
    }

    @Test
    void itIsRememberedForAWhileWhereTheEndedWere() {
        table.assign(10, A);
        exit(10);
        assertThat(table.cgroupOf(10)).isNull();
        assertThat(table.lastCgroupOf(10)).isEqualTo(A);
        fork(1, 10);
        assertThat(table.lastCgroupOf(10)).as("another of that number").isNull();
    }

    @Test
    void aLookFindsParentsWhateverTheirNumbers() {
        table.reconcileStarting();
        table.reconcileDone(List.of(new ProcessSeen(20, 30, 5, 1, A), new ProcessSeen(30, 1, 5, 1, B)));
        assertThat(table.within(A)).containsExactly(new ProcessTable.Member(20, 30, 30));
    }

    @Test
    void aLookMovesAProcessAndAsksForThoseItForked() {
        table.assign(10, A);
        fork(10, 11);
        fork(11, 12);
        table.assign(12, CgroupPath.ROOT);
        assertThat(table.looked(10, B)).containsExactly(11);
        assertThat(table.members(B)).containsExactly(10);
        assertThat(table.members(A)).containsExactly(11);
        assertThat(table.looked(10, B)).as("nothing new").isEmpty();
        exit(10);
        assertThat(table.looked(10, B)).isEmpty();
        assertThat(table.members(B)).as("the dead belong nowhere").isEmpty();
    }

    @Test
    void whatHappensDuringALookIsNewerThanTheLook() {
        table.assign(10, A);
        table.reconcileStarting();
        exit(10);
        table.assign(12, B);
        fork(12, 13);
        table.reconcileDone(List.of(new ProcessSeen(10, 1, 5, 1, A), new ProcessSeen(11, 1, 5, 1, A)));
        assertThat(table.members(A)).containsExactly(11);
        assertThat(table.members(B)).containsExactly(12, 13);
    }

    @Test
    void aForkToldLateDoesNotUndoWhatIsKnownOfTheSameProcess() {
        table.assign(10, A);
        table.assign(11, B);
        fork(10, 11);
        assertThat(table.members(B)).containsExactly(11);
        assertThat(table.parentOf(11)).isEqualTo(10);
        exit(11);
        fork(10, 11);
        assertThat(table.members(B)).isEmpty();
        assertThat(table.members(A)).containsExactly(10, 11);
        fork(99, 11);
        assertThat(table.members(A)).as("the exit between was lost").containsExactly(10);
    }

    @Test
    void aLookForgetsWhatItDidNotFind() {
        table.assign(10, A);
        table.reconcileStarting();
        table.reconcileDone(List.of());
        assertThat(table.size()).isZero();
    }

    @Test
    void isBounded() {
        for (int pid = 1; pid <= 8; pid++) {
            table.assign(pid, A);
        }
        assertThat(table.size()).isEqualTo(5);
        assertThat(table.overlooked()).isEqualTo(3);
        exit(8);
    }

    private void fork(int parent, int pid) {
        table.accept(new ProcessForked(parent, pid, 0));
    }

    private void exit(int pid) {
        table.accept(new ProcessExited(pid, 0, new ExitStatus.Exited(0), 0));
    }

    /** Every thread is the loop's. */
    private static final class HereLoop implements KernelLoop {
        @Override
        public boolean inLoop() {
            return true;
        }

        @Override
        public Registration register(Fd fd, int interest, FdHandler handler) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Timer schedule(long millis, Runnable task) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }
    }
}
