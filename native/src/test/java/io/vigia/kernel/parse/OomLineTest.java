package io.vigia.kernel.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.model.CgroupPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines as kernels 5.15 to 6.18 wrote them. */
class OomLineTest {
    @Test
    void readsAGroupThatReachedItsLimit() {
        assertThat(OomLine.parse("6,1201,6042199691,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,"
                        + "mems_allowed=0,oom_memcg=/vigia/demo,task_memcg=/vigia/demo/hog,task=tail,pid=1505,uid=0\n"))
                .isEqualTo(new OomLine.Chosen(
                        1505, "tail", new CgroupPath("/vigia/demo/hog"), new CgroupPath("/vigia/demo")));
    }

    @Test
    void readsAHostThatRanOut() {
        assertThat(
                        OomLine.parse(
                                "6,1,2,-;oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=init.scope,mems_allowed=0,global_oom,task_memcg=/user.slice/user-1000.slice,task=java,pid=77,uid=1000\n"))
                .isEqualTo(new OomLine.Chosen(77, "java", new CgroupPath("/user.slice/user-1000.slice"), null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a,b", ",pid=1,uid=2", "x,task=y", ",task_memcg=/a"})
    void takesACommWithCommasForWhatItIs(String comm) {
        assertThat(OomLine.parse("6,1,2,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,"
                        + "mems_allowed=0-1,oom_memcg=/a,task_memcg=/a,b=c,task=" + comm + ",pid=5,uid=0\n"))
                .isEqualTo(new OomLine.Chosen(5, comm, new CgroupPath("/a,b=c"), new CgroupPath("/a")));
    }

    @Test
    void undoesTheEscapesOfTheLog() {
        assertThat(OomLine.parse("6,1,2,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,"
                        + "oom_memcg=/\\xc3\\xbc,task_memcg=/\\xff\\x5c,task=\\x09,pid=5,uid=0\n"))
                .isEqualTo(new OomLine.Chosen(5, "\t", new CgroupPath("/\\xff\\\\"), new CgroupPath("/ü")));
    }

    @Test
    void readsTheKill() {
        assertThat(OomLine.parse("3,1202,6042199708,-;Memory cgroup out of memory: Killed process 1505 (tail) "
                        + "total-vm:19076kB, anon-rss:16256kB, file-rss:1588kB, shmem-rss:0kB, UID:0 pgtables:84kB"
                        + " oom_score_adj:0\n SUBSYSTEM=x\n"))
                .isEqualTo(new OomLine.Killed(1505, "tail", 16256 * 1024));
        assertThat(OomLine.parse(
                        "3,1,2,-;Out of memory: Killed process 9 (a) (b), c) total-vm:1kB, anon-rss:2kB, file-rss:3kB"))
                .isEqualTo(new OomLine.Killed(9, "a) (b), c", 2048));
        assertThat(OomLine.parse("3,1,2,-;Memory cgroup out of memory: Killed process 9, UID 0, (sh) total-vm:1kB,"
                        + " anon-rss:2kB, x"))
                .isEqualTo(new OomLine.Killed(9, "sh", 2048));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "6,1,2,-;hello",
                "6,1,2,-;oom-kill:",
                "6,1,2,-;oom-kill:constraint=CONSTRAINT_MEMCG,task=x,pid=,uid=0",
                "6,1,2,-;oom-kill:task=x,task_memcg=a,task=b,pid=99999999999,uid=0",
                "6,1,2,-;Killed process x",
                "12,1,2,-;user text about oom-kill: and Killed process 1"
            })
    void leavesTheRestAlone(String record) {
        assertThat(OomLine.parse(record)).isEqualTo(OomLine.OTHER);
    }
}
