package io.vigia.supervisor.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Glob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigLoaderTest {
    @TempDir
    Path etc;

    private ConfigHost host;

    @BeforeEach
    void makeHost() {
        host = new ConfigHost(etc);
    }

    static Stream<String> good() {
        return ConfigDocuments.GOOD.stream();
    }

    static Stream<ConfigDocuments.Bad> bad() {
        return ConfigDocuments.BAD.stream();
    }

    @Test
    void needsNoFile() {
        Config config = host.config();
        assertThat(config.observe()).containsExactly(Glob.ofPath("/**"));
        assertThat(config.enforce()).isEmpty();
        assertThat(config.listen()).isEqualTo(new Config.Listen("127.0.0.1", 9797));
        assertThat(config.socket()).isEqualTo(Path.of("/run/vigia/vigia.sock"));
        assertThat(config.stateDir()).isEqualTo(Path.of("/var/lib/vigia"));
        assertThat(config.parent()).isNull();
        assertThat(config.journal()).isEqualTo(Config.JournalLimits.DEFAULT);
        assertThat(config.processEvents()).isEmpty();
        assertThat(config.processEventsOfManaged()).isTrue();
        assertThat(config.configDirectory()).isEqualTo(etc);
    }

    @Test
    void readsEveryKey() throws IOException {
        Config config = host.file("vigia.yaml", ConfigDocuments.FULL + "tokens: secret\n")
                .file("secret", "a viewer b\n")
                .mode("secret", "rw-------")
                .config();
        assertThat(config)
                .isEqualTo(new Config(
                        List.of(Glob.ofPath("/**")),
                        List.of(Glob.ofPath("/web.slice/*")),
                        List.of(Glob.ofPath("/system.slice/sshd.service")),
                        new Config.Listen("127.0.0.1", 8080),
                        Path.of("/run/other/vigia.sock"),
                        "vigia",
                        Path.of("/srv/vigia"),
                        new CgroupPath("/jobs/vigia"),
                        new Config.JournalLimits(Duration.ofDays(3), 64L << 20),
                        List.of(Glob.ofPath("/batch.slice/**")),
                        false,
                        etc.resolve("secret"),
                        true,
                        List.of("vigia.example"),
                        List.of("https://ops.example:8443"),
                        etc));
    }

    @ParameterizedTest
    @MethodSource("good")
    void takesGoodFiles(String text) throws IOException {
        host.file("vigia.yaml", text);
        assertThat(host.load(Overrides.NONE)).isInstanceOf(ConfigLoader.Loaded.Valid.class);
    }

    @ParameterizedTest
    @MethodSource("bad")
    void refusesBadFilesWithOneReason(ConfigDocuments.Bad bad) throws IOException {
        assertThat(host.file("vigia.yaml", bad.text()).refusal())
                .singleElement()
                .asString()
                .startsWith("vigia.yaml:1:")
                .contains(bad.said());
    }

    @Test
    void putsEachLayerOverTheOneBefore() throws IOException {
        host.file("vigia.yaml", "{listen: \"127.0.0.1:1\", stateDir: /one, parent: one, journal: {maxAge: 1d}}")
                .file("conf.d/20.yaml", "{listen: \"127.0.0.1:3\", stateDir: /three}")
                .file("conf.d/10.yaml", "{listen: \"127.0.0.1:2\", stateDir: /two, journal: {maxSize: 2Mi}}")
                .file("conf.d/.30.yaml", "not read")
                .file("conf.d/README", "not read")
                .variable("VIGIA_LISTEN", "127.0.0.1:4")
                .variable("VIGIA_PARENT", "");
        Config config = host.config(new Overrides(null, "127.0.0.1:5", null, null, null));
        assertThat(config.listen().port()).isEqualTo(5);
        assertThat(config.stateDir()).isEqualTo(Path.of("/three"));
        assertThat(config.parent()).isEqualTo(new CgroupPath("/one"));
        assertThat(config.journal()).isEqualTo(new Config.JournalLimits(Duration.ofDays(1), 2L << 20));
        assertThat(host.config().listen().port()).isEqualTo(4);
    }

    @Test
    void readsAllFlags() {
        Config config = host.config(new Overrides(null, "127.0.0.1:0", "a.sock", "/state", "/p/q"));
        assertThat(config.socket()).isEqualTo(etc.resolve("a.sock"));
        assertThat(config.stateDir()).isEqualTo(Path.of("/state"));
        assertThat(config.parent()).isEqualTo(new CgroupPath("/p/q"));
    }

    @Test
    void takesAnotherFileWithWhatIsBesideIt() throws IOException {
        host.file("vigia.yaml", "nonsense: 1")
                .file("my/own.yaml", "{parent: mine, socket: {path: s.sock}}")
                .file("my/conf.d/a.yaml", "{stateDir: state}");
        Config config = host.config(new Overrides(Path.of("my/own.yaml"), null, null, null, null));
        assertThat(config.parent()).isEqualTo(new CgroupPath("/mine"));
        assertThat(config.socket()).isEqualTo(etc.resolve("my/s.sock"));
        assertThat(config.stateDir()).isEqualTo(etc.resolve("my/conf.d/state"));
        assertThat(config.configDirectory()).isEqualTo(etc.resolve("my"));
        assertThat(host.variable("VIGIA_CONFIG", "my/own.yaml").config().parent())
                .isEqualTo(new CgroupPath("/mine"));
    }

    @Test
    void refusesANamedFileThatIsMissing() {
        assertThat(host.refusal(new Overrides(Path.of("nope.yaml"), null, null, null, null)))
                .containsExactly("nope.yaml: there is no such file: make it, or name another one");
    }

    @Test
    void tellsEveryMistakeOfEveryLayer() throws IOException {
        host.file("vigia.yaml", "a: 1\nlisten: 1\n")
                .file("conf.d/a.yaml", "stateDir: [x]")
                .variable("VIGIA_JOURNAL_MAX_AGE", "soon");
        assertThat(host.refusal(new Overrides(null, null, null, null, "/")))
                .satisfiesExactlyInAnyOrder(
                        one -> assertThat(one).startsWith("vigia.yaml:1:1: a: unknown field"),
                        one -> assertThat(one).startsWith("vigia.yaml:2:9: listen: '1' is not an address"),
                        one -> assertThat(one).startsWith("conf.d/a.yaml:1:11: stateDir: must be text, but is a list"),
                        one -> assertThat(one).startsWith("environment: VIGIA_JOURNAL_MAX_AGE: 'soon' is not a dur"),
                        one -> assertThat(one).startsWith("command line: --parent: must be a cgroup below the root"));
    }

    @Test
    void refusesAManifestAndASecondDocument() throws IOException {
        assertThat(host.file("vigia.yaml", GoodDocuments.GROUP).refusal())
                .singleElement()
                .asString()
                .contains("this is a manifest", "groups.d");
        assertThat(host.file("vigia.yaml", "parent: a\n---\nparent: b\n").refusal())
                .containsExactly("vigia.yaml:3:1: is a second document: a config file has one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0:9797", ":9797", "[::]:9797", "192.0.2.1:80"})
    void refusesToListenForOthersWithoutTokens(String listen) {
        assertThat(host.refusal(new Overrides(null, listen, null, null, null)))
                .singleElement()
                .asString()
                .startsWith("command line: listen: ")
                .contains("tokens: FILE", "VIGIA_TOKENS", "127.0.0.1");
    }

    @Test
    void listensForOthersWithTokens() throws IOException {
        host.file("t", "a viewer b\n").mode("t", "r--------").variable("VIGIA_TOKENS", "t");
        assertThat(host.config(new Overrides(null, "0.0.0.0:1", null, null, null))
                        .tokensFile())
                .isEqualTo(etc.resolve("t"));
    }

    @Test
    void takesTokensOfAnotherUserThroughTheGroup() throws IOException {
        host.file("t", "a viewer b\n").mode("t", "r--r-----").variable("VIGIA_TOKENS", "t");
        assumeTrue(
                Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
                "only root can give a file to somebody else");
        assertThat(host.refusal()).singleElement().asString().contains("chmod 0600");
        Files.setAttribute(etc.resolve("t"), "unix:uid", 65_532);
        assertThat(host.config().tokensFile()).isEqualTo(etc.resolve("t"));
    }

    /** As kubelet leaves a Secret's file with defaultMode 0440: of root, for whom vigia runs as an agent, and readable by the group. */
    @Test
    void takesTokensOfASecretInAPod() throws IOException {
        host.file("t", "a viewer b\n")
                .mode("t", "r--r-----")
                .variable("VIGIA_TOKENS", "t")
                .variable("VIGIA_POD_UID", "6b7c0a1e-2d3f-4a5b-8c6d-7e8f9a0b1c2d");
        assertThat(host.config().tokensFile()).isEqualTo(etc.resolve("t"));
        host.mode("t", "rw-r--r--");
        assertThat(host.refusal()).singleElement().asString().contains("defaultMode: 0440");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw-rw-rw-", "rw--w----"})
    void refusesTokensThatOthersCanRead(String mode) throws IOException {
        assertThat(host.file("t", "a viewer hush\n")
                        .mode("t", mode)
                        .file("vigia.yaml", "tokens: t")
                        .refusal())
                .singleElement()
                .asString()
                .startsWith("vigia.yaml: tokens: ")
                .contains("chmod 0600")
                .doesNotContain("hush");
    }

    @Test
    void refusesTokensThatAreNotThere() {
        assertThat(host.variable("VIGIA_TOKENS", "t").refusal().toString()).contains("there is no file");
    }

    @Test
    void usesTheUsersDirectoriesWithoutRoot() {
        Config config = host.user(1000)
                .variable("XDG_RUNTIME_DIR", "/run/user/1000")
                .variable("HOME", "/home/u")
                .config();
        assertThat(config.socket()).isEqualTo(Path.of("/run/user/1000/vigia/vigia.sock"));
        assertThat(config.stateDir()).isEqualTo(Path.of("/home/u/.local/state/vigia"));
        assertThat(host.variable("XDG_STATE_HOME", "/s").config().stateDir()).isEqualTo(Path.of("/s/vigia"));
    }

    @Test
    void saysWhatToSetWhereAUserHasNoDirectories() {
        assertThat(host.user(4_000_000).refusal())
                .satisfiesExactly(
                        one -> assertThat(one).contains("XDG_RUNTIME_DIR", "VIGIA_SOCKET", "--socket"),
                        one -> assertThat(one).contains("XDG_STATE_HOME", "VIGIA_STATE_DIR", "--state-dir"));
        assertThat(host.config(new Overrides(null, null, "/a", "/b", null)).socket())
                .isEqualTo(Path.of("/a"));
    }
}
