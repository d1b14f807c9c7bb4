package io.vigia.supervisor.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.Support;
import io.vigia.supervisor.api.auth.Tokens;
import io.vigia.supervisor.config.Config;
import io.vigia.supervisor.model.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest extends OneFace {
    @ParameterizedTest
    @CsvSource({
        "GET,/api/v1/groups,200,200,200,200",
        "GET,/metrics,200,200,200,200",
        "GET,/nowhere,404,404,404,404",
        "POST,/api/v1/groups/demo/freeze,401,403,200,200",
        "POST,/api/v1/groups/demo/freeze?dryRun=true,401,403,200,200",
        "POST,/api/v1/groups/demo/containers/web/stop,401,403,202,202",
        "DELETE,/api/v1/groups/demo?dryRun=true,401,403,403,202",
        "DELETE,/api/v1/policies/none,401,403,403,404"
    })
    void letsRolesDoWhatTheyMay(String method, String path, int nobody, int viewer, int operator, int admin) {
        Wire tcp = serving.tcp();
        assertThat(tcp.send(method, path, "").status()).isEqualTo(nobody);
        assertThat(tcp.send(method, path, "", bearer(Serving.VIEWER)).status()).isEqualTo(viewer);
        assertThat(tcp.send(method, path, "", bearer(Serving.OPERATOR)).status())
                .isEqualTo(operator);
        assertThat(tcp.send(method, path, "", bearer(Serving.ADMIN)).status()).isEqualTo(admin);
        assertThat(tcp.send(method, path, "", bearer("wrong")).status()).isEqualTo(401);
        assertThat(unix.send(method, path, "").status()).isEqualTo(admin);
    }

    private static String bearer(String token) {
        return "Authorization: Bearer " + token;
    }

    @Test
    void tellsHealthToEverybodyAndTheRestToNobody() {
        String far = "X-Forwarded-For: 192.0.2.7";
        assertThat(serving.tcp().get("/livez", "Authorization: Bearer unknown").status())
                .as("open to all")
                .isEqualTo(200);
        assertThat(serving.tcp().get("/livez", far).status()).isEqualTo(200);
        assertThat(serving.tcp().get("/readyz", far).status()).isEqualTo(200);
        for (String path : List.of("/metrics", "/version", "/api/v1/groups", "/nowhere", "/")) {
            Wire.Reply reply = serving.tcp().get(path, far);
            assertThat(reply.status()).as(path).isEqualTo(401);
            assertThat(reply.header("www-authenticate")).startsWith("Bearer");
        }
    }

    @Test
    void tellsDetailsOfHealthToReadersAlone() {
        String far = "X-Forwarded-For: 192.0.2.7";
        serving.control.health("journal", new Support.Missing("no room in /var/lib/vigia", "free some space"));
        try {
            Wire.Reply terse = serving.tcp().get("/readyz", far);
            assertThat(terse.status()).isEqualTo(503);
            assertThat(terse.json().getJsonObject("checks").getJsonObject("journal"))
                    .isEqualTo(new JsonObject().put("status", "missing"));
            assertThat(serving.tcp().get("/readyz", far, bearer("wrong")).json())
                    .isEqualTo(terse.json());
            for (Wire.Reply full : List.of(
                    serving.tcp().get("/readyz"),
                    serving.tcp().get("/readyz", far, bearer(Serving.VIEWER)),
                    serving.unix().get("/readyz"))) {
                assertThat(full.status()).isEqualTo(503);
                assertThat(full.body()).contains("/var/lib/vigia", "free some space");
            }
        } finally {
            serving.control.health("journal", new Support.Available("wal"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "localhost,200",
        "localhost:9797,200",
        "127.0.0.1:1,200",
        "[::1]:9797,200",
        "VIGIA.example,200",
        "evil.example,421",
        "127.0.0.1.evil.example,421",
        "999.0.0.1,421",
        "localhost.evil.example:9797,421",
        "a b,400"
    })
    void answersOnlyToItsOwnNames(String host, int status) {
        assertThat(serving.tcp().get("/livez", "Host: " + host).status()).isEqualTo(status);
    }

    @Test
    void needsOneHost() {
        assertThat(serving.tcp()
                        .raw("GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n")
                        .status())
                .isEqualTo(400);
        assertThat(serving.tcp()
                        .get("/livez", "Host: localhost", "Host: evil.example")
                        .status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://evil.example", "null", "http://localhost:1", "https://localhost"})
    void refusesOtherOrigins(String origin) {
        for (String path : List.of("/api/v1/groups", "/livez", "/api/v1/events/stream")) {
            Wire.Reply reply =
                    serving.tcp().get(path, "Origin: " + origin, "Upgrade: websocket", "Sec-WebSocket-Version: 13");
            assertThat(reply.status()).as(path).isEqualTo(403);
            assertThat(reply.headers()).doesNotContainKey("access-control-allow-origin");
        }
        assertThat(unix.get("/livez", "Origin: " + origin).status()).isEqualTo(403);
    }

    @Test
    void letsListedOriginsAndItsOwnPageIn() {
        Wire.Reply listed = serving.tcp().get("/api/v1/groups", "Origin: http://grafana.example");
        assertThat(listed.status()).isEqualTo(200);
        assertThat(listed.header("access-control-allow-origin")).isEqualTo("http://grafana.example");
        assertThat(serving.tcp().get("/livez", "Origin: http://localhost").status())
                .isEqualTo(200);
        assertThat(serving.tcp().get("/livez", "Sec-Fetch-Site: cross-site").status())
                .isEqualTo(403);
        assertThat(serving.tcp().get("/livez", "Sec-Fetch-Site: same-origin").status())
                .isEqualTo(200);
        assertThat(serving.tcp()
                        .get("/", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void escapesNamesOnThePageAndForbidsScripts() {
        serving.control.add("vigia/<script>alert(1)</script>".replace("</", "<\\\\"));
        Wire.Reply page = unix.get("/");
        assertThat(page.header("content-security-policy")).contains("default-src 'none'");
        assertThat(page.body())
                .contains("/vigia/demo")
                .contains("&lt;script&gt;")
                .doesNotContain("<script");
    }

    @Test
    void givesTheSocketToItsOwnerAlone() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(serving.socket)))
                .isEqualTo("rw-------");
        assertThat(serving.socket.getParent())
                .isDirectoryNotContaining(path -> path.getFileName().toString().startsWith(".v"));
    }

    @Test
    void refusesASocketThatIsServedAndReplacesOneThatIsNot(@TempDir Path directory) throws IOException {
        assertThatThrownBy(() -> new SocketFile(serving.socket, null).prepare())
                .isInstanceOf(Problem.class)
                .hasMessageContaining("another process serves it");
        Path stale = directory.resolve("s");
        try (var server = java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            server.bind(java.net.UnixDomainSocketAddress.of(stale));
        }
        SocketFile deep = new SocketFile(directory.resolve("a/b/s"), null);
        deep.publish(Files.createFile(deep.prepare()));
        deep.remove();
        assertThat(directory.resolve("a")).as("made for it").doesNotExist();
        SocketFile file = new SocketFile(stale, null);
        Path bound = file.prepare();
        try (var server = java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            server.bind(java.net.UnixDomainSocketAddress.of(bound));
            file.publish(bound);
            assertThat(Files.exists(stale)).isTrue();
        }
        file.remove();
        assertThat(directory).isEmptyDirectory();
        Files.writeString(stale, "a file");
        assertThatThrownBy(file::prepare).hasMessageContaining("no socket");
    }

    /** The kernel takes any name in a rename, and then nobody can connect to it. */
    @Test
    void refusesASocketThatNobodyCouldConnectTo(@TempDir Path directory) {
        SocketFile file = new SocketFile(directory.resolve("s".repeat(110)), null);
        assertThatThrownBy(file::prepare).isInstanceOf(Problem.class).hasMessageContaining("too long");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void refusesAnOpenDoorWithoutALock() {
        assertThatThrownBy(() -> Listeners.requireSafe(new Config.Listen("0.0.0.0", 0), false))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("tokens");
        Listeners.requireSafe(new Config.Listen("0.0.0.0", 0), true);
        Listeners.requireSafe(new Config.Listen("127.0.0.1", 0), false);
    }

    @Test
    void readsTokensOfBothKindsAndNoOpenFile(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("tokens");
        Files.writeString(file, "tokens:\n- {name: ci, role: operator, token: abc}\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> Tokens.load(file)).hasMessageContaining("chmod 0600");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThat(Tokens.load(file).find("abc")).extracting(p -> p.name()).isEqualTo("ci");
        Files.writeString(file, "ci viewer sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n");
        assertThat(Tokens.load(file).find("abc")).isNotNull();
        assertThat(Tokens.load(file).find("abd")).isNull();
        Files.writeString(file, "ci wizard secret-token\n");
        assertThatThrownBy(() -> Tokens.load(file)).hasMessageContaining(":1").hasMessageNotContaining("secret-token");
    }
}
