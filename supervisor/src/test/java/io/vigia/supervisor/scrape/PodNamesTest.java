package io.vigia.supervisor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.model.CgroupId;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.metrics.GroupLabels.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodNamesTest {
    private static final String UID = "0f1c2d3e-4b5a-4697-8899-aabbccddeeff";
    private static final String SLICE =
            "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + UID.replace('-', '_') + ".slice";
    private static final String PAUSE = "a".repeat(64);
    private static final String WEB = "b".repeat(64);
    private static final String LOG = "c".repeat(64);

    @TempDir
    Path logs;

    private PodNames names;

    @BeforeEach
    void open() {
        names = new PodNames(logs);
    }

    @Test
    void namesThePodAndItsOnlyContainer() throws IOException {
        Files.createDirectories(logs.resolve("pods/shop_cart-1_" + UID + "/web"));
        PodNames.Member pod = member(SLICE, 1);
        PodNames.Member pause = member(SLICE + "/cri-containerd-" + PAUSE + ".scope", 2);
        PodNames.Member web = member(SLICE + "/cri-containerd-" + WEB + ".scope", 3);
        List<PodNames.Member> all = List.of(pod, pause, web);
        assertThat(names.of(web, all)).isEqualTo(new Pod("shop", "cart-1", "web"));
        assertThat(names.of(pause, all)).as("the sandbox").isEqualTo(new Pod("shop", "cart-1", ""));
        assertThat(names.of(pod, all)).isEqualTo(new Pod("shop", "cart-1", ""));
        assertThat(names.of(web, List.of(web))).isEqualTo(new Pod("shop", "cart-1", "web"));
    }

    @Test
    void tellsContainersApartByTheLinksOfTheirLogs() throws IOException {
        Files.createDirectories(logs.resolve("pods/shop_cart-1_" + UID + "/web"));
        Files.createDirectories(logs.resolve("pods/shop_cart-1_" + UID + "/log"));
        Files.createDirectories(logs.resolve("containers"));
        link("cart-1_shop_web-" + WEB + ".log");
        link("cart-1_shop_log-shipper-" + LOG + ".log");
        link("not-a-log");
        String parent = "/kubepods/burstable/pod" + UID;
        PodNames.Member pause = member(parent + "/" + PAUSE, 2);
        PodNames.Member web = member(parent + "/" + WEB, 3);
        PodNames.Member log = member(parent + "/" + LOG, 4);
        List<PodNames.Member> all = List.of(pause, web, log);
        assertThat(names.of(web, all)).isEqualTo(new Pod("shop", "cart-1", "web"));
        assertThat(names.of(log, all)).isEqualTo(new Pod("shop", "cart-1", "log-shipper"));
        assertThat(names.of(pause, all)).as("not to be told").isEqualTo(new Pod("shop", "cart-1", ""));
    }

    @Test
    void aPodThatAppearsLaterIsFoundInTheNextRound() throws IOException {
        PodNames.Member web = member(SLICE + "/crio-" + WEB + ".scope", 3);
        assertThat(names.of(web, List.of(web))).isNull();
        Files.createDirectories(logs.resolve("pods/shop_cart-1_" + UID + "/web"));
        assertThat(names.of(web, List.of(web))).as("listed once a round").isNull();
        names.beginRound();
        assertThat(names.of(web, List.of(web))).isEqualTo(new Pod("shop", "cart-1", "web"));
    }

    @Test
    void whatIsBelowOrBesideAContainerHasNoName() throws IOException {
        Files.createDirectories(logs.resolve("pods/shop_cart-1_" + UID + "/web"));
        PodNames.Member below = member(SLICE + "/cri-containerd-" + WEB + ".scope/inner", 4);
        PodNames.Member conmon = member(SLICE + "/crio-conmon-" + WEB + ".scope", 5);
        assertThat(names.of(below, List.of(below))).isEqualTo(new Pod("shop", "cart-1", ""));
        assertThat(names.of(conmon, List.of(conmon))).isEqualTo(new Pod("shop", "cart-1", ""));
    }

    @Test
    void othersAreNotOfAPod() {
        assertThat(PodNames.member(new CgroupPath("/system.slice/podman.service"), new CgroupId(1)))
                .isNull();
        assertThat(PodNames.member(new CgroupPath("/kubepods.slice/kubepods-burstable.slice"), new CgroupId(1)))
                .isNull();
    }

    private void link(String name) throws IOException {
        Files.createSymbolicLink(logs.resolve("containers").resolve(name), Path.of("/nowhere"));
    }

    private static PodNames.Member member(String path, long inode) {
        return Objects.requireNonNull(PodNames.member(new CgroupPath(path), new CgroupId(inode)), path);
    }
}
