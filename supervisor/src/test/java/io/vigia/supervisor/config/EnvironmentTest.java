package io.vigia.supervisor.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Glob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentTest {
    @TempDir
    Path etc;

    private ConfigHost host;

    @BeforeEach
    void makeHost() {
        host = new ConfigHost(etc);
    }

    @Test
    void setsEveryKey() throws IOException {
        host.file("t", "").mode("t", "rw-------");
        Config config = host.variable("VIGIA_OBSERVE", "/a, /b/**")
                .variable("VIGIA_ENFORCE", "managed,/c")
                .variable("VIGIA_PROTECT", "/d")
                .variable("VIGIA_LISTEN", "localhost:1")
                .variable("VIGIA_SOCKET_PATH", "/overruled")
                .variable("VIGIA_SOCKET", "/s")
                .variable("VIGIA_SOCKET_GROUP", "ops")
                .variable("VIGIA_STATE_DIR", "/st")
                .variable("VIGIA_PARENT", "p")
                .variable("VIGIA_JOURNAL_MAX_AGE", "1h")
                .variable("VIGIA_JOURNAL_MAX_SIZE", "5Mi")
                .variable("VIGIA_PROCESSES_EVENTS", "/e")
                .variable("VIGIA_TOKENS", "t")
                .variable("VIGIA_METRICS_ACCESS", "everybody")
                .variable("VIGIA_HOSTS", "h.example")
                .variable("VIGIA_ORIGINS", "https://o")
                .config();
        assertThat(config)
                .isEqualTo(new Config(
                        List.of(Glob.ofPath("/a"), Glob.ofPath("/b/**")),
                        List.of(Glob.ofPath("/c")),
                        List.of(Glob.ofPath("/d")),
                        new Config.Listen("localhost", 1),
                        Path.of("/s"),
                        "ops",
                        Path.of("/st"),
                        new CgroupPath("/p"),
                        new Config.JournalLimits(Duration.ofHours(1), 5L << 20),
                        List.of(Glob.ofPath("/e")),
                        false,
                        etc.resolve("t"),
                        true,
                        List.of("h.example"),
                        List.of("https://o"),
                        etc));
    }

    @Test
    void confinesItselfToItsPod() {
        Config config = host.variable("VIGIA_POD_UID", "6b7c0a1e-2d3f-4a5b-8c6d-7e8f9a0b1c2d")
                .variable("VIGIA_OBSERVE", "pod")
                .variable("VIGIA_PROTECT", "/system.slice/x.service, pod")
                .config();
        assertThat(config.observe().stream()
                        .filter(glob ->
                                glob.matches("/kubepods/burstable/pod6b7c0a1e-2d3f-4a5b-8c6d-7e8f9a0b1c2d/web")))
                .isNotEmpty();
        String slice =
                "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod6b7c0a1e_2d3f_4a5b_8c6d_7e8f9a0b1c2d.slice";
        assertThat(config.observe().stream().filter(glob -> glob.matches(slice)))
                .isNotEmpty();
        assertThat(config.protect().stream().filter(glob -> glob.matches(slice + "/cri-containerd-1.scope")))
                .isNotEmpty();
        assertThat(config.observe().stream()
                        .filter(glob ->
                                glob.matches("/kubepods/burstable/pod00000000-2d3f-4a5b-8c6d-7e8f9a0b1c2d/web")))
                .isEmpty();
        assertThat(config.protect()).contains(Glob.ofPath("/system.slice/x.service"));
    }

    @Test
    void saysWhereThePodsUidComesFrom() {
        assertThat(host.variable("VIGIA_OBSERVE", "pod").refusal())
                .anySatisfy(one -> assertThat(one)
                        .startsWith("environment: VIGIA_OBSERVE: ")
                        .contains("VIGIA_POD_UID", "downward API"));
    }

    @Test
    void knowsTheLongNameOfTheSocket() {
        assertThat(host.variable("VIGIA_SOCKET_PATH", "/s").config().socket()).isEqualTo(Path.of("/s"));
    }

    @Test
    void namesTheVariableThatIsWrong() {
        assertThat(host.variable("VIGIA_OBSERVE", "/a,b").refusal())
                .singleElement()
                .asString()
                .startsWith("environment: VIGIA_OBSERVE: 'b' is not a glob");
    }

    @Test
    void refusesASlipOfThePen() {
        assertThat(host.variable("VIGIA_LISTNE", "a").refusal())
                .containsExactly("environment: VIGIA_LISTNE: unknown variable: did you mean 'VIGIA_LISTEN'?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "VIGIA_TOKEN",
                "VIGIA_SERVER",
                "VIGIA_LAUNCHER",
                "VIGIA_JAVA_OPTS",
                "VIGIA_GROUP",
                "VIGIA_PORT",
                "VIGIA_SERVICE_HOST",
                "VIGIA_PORT_9797_TCP_ADDR",
                "VIGIA_METRICS_SERVICE_PORT",
                "VIGIA_SOMETHING_ELSE"
            })
    void leavesVariablesOfOthersAlone(String variable) {
        assertThat(host.variable(variable, "a").config()).isNotNull();
    }

    @Test
    void knowsWhoThisProcessIs() throws IOException {
        Path mine = Files.createFile(etc.resolve("mine"));
        assertThat(Surroundings.ofThisProcess().uid()).isEqualTo(Files.getAttribute(mine, "unix:uid"));
    }
}
