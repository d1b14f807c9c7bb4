package io.vigia.supervisor.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.Support;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpFaceTest extends OneFace {
    @Test
    void checksMediaTypes() {
        Wire.Reply form =
                unix.send("PATCH", DEMO + "/limits", "a=b", "Content-Type: application/x-www-form-urlencoded");
        assertThat(form.status()).isEqualTo(415);
        assertThat(form.problem()).isEqualTo("unsupported-media-type");
        assertThat(unix.get(DEMO, "Accept: text/html").status()).isEqualTo(406);
        assertThat(unix.get(DEMO, "Accept: text/html, application/*;q=0.5").status())
                .isEqualTo(200);
        assertThat(unix.send("PATCH", DEMO + "/limits?dryRun=true", "{}", JSON).status())
                .isEqualTo(200);
    }

    @Test
    void saysWhichMethodsAPathTakes() {
        Wire.Reply reply = unix.send("POST", DEMO + "/limits", "");
        assertThat(reply.status()).isEqualTo(405);
        assertThat(reply.header("allow")).isEqualTo("GET, HEAD, OPTIONS, PATCH");
        assertThat(reply.problem()).isEqualTo("method-not-allowed");
        Wire.Reply options = unix.send("OPTIONS", DEMO, "");
        assertThat(options.status()).isEqualTo(204);
        assertThat(options.header("allow")).isEqualTo("DELETE, GET, HEAD, OPTIONS, PUT");
        Wire.Reply head = unix.send("HEAD", DEMO, "");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(Integer.parseInt(head.header("content-length")))
                .isEqualTo(unix.get(DEMO).body().length());
        assertThat(unix.get("/nowhere").problem()).isEqualTo("not-found");
    }

    @Test
    void appliesPoliciesAndShowsDecisions() {
        String manifest = TestGrammar.manifest("Policy", "calm").encode();
        assertThat(unix.send("PUT", "/api/v1/policies/calm", manifest, JSON).status())
                .isEqualTo(201);
        JsonObject policy = unix.get("/api/v1/policies/calm").json();
        assertThat(policy.getString("mode")).isEqualTo("dry-run");
        assertThat(policy.getString("state")).isEqualTo("armed");
        assertThat(unix.get("/api/v1/policies").json().getJsonArray("items")).hasSize(1);
        assertThat(unix.send("DELETE", "/api/v1/policies/calm", "").status()).isEqualTo(204);
        assertThat(unix.get("/api/v1/policies/calm").status()).isEqualTo(404);
        assertThat(unix.get("/api/v1/decisions/d-1").status()).isEqualTo(200);
        assertThat(unix.get("/api/v1/decisions/%2e%2e").status()).isEqualTo(400);
    }

    @Test
    void tellsHealthAndVersion() {
        assertThat(unix.get("/livez").body()).isEqualTo("ok\n");
        assertThat(unix.get("/readyz").json().getBoolean("ready")).isTrue();
        assertThat(unix.get("/version").json().fieldNames()).containsExactly("version", "commit", "java", "kernel");
        Wire.Reply metrics = unix.get("/metrics");
        assertThat(metrics.header("content-type")).startsWith("text/plain");
        assertThat(metrics.body()).isEqualTo("up 1\n");
        serving.control.health("journal", new Support.Missing("the disk is full", "free some space"));
        try {
            Wire.Reply unready = unix.get("/readyz");
            assertThat(unready.status()).isEqualTo(503);
            assertThat(unready.body()).contains("the disk is full");
        } finally {
            serving.control.health("journal", new Support.Available("wal"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"POST /api/v1/groups/demo/containers/web/exec", "GET /api/v1/networks", "GET /api/v1/images"})
    void saysWhatIsNotSupportedYet(String what) {
        String[] words = what.split(" ", -1);
        Wire.Reply reply = unix.send(words[0], words[1], "");
        assertThat(reply.status()).isEqualTo(501);
        assertThat(reply.problem()).isEqualTo("not-supported-yet");
    }

    @Test
    void refusesWhatIsNoHttp() {
        assertThat(unix.raw("NONSENSE\r\n\r\n").status()).isEqualTo(400);
        assertThat(unix.raw("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n")
                        .status())
                .isEqualTo(414);
        assertThat(unix.raw("GET / HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(20_000) + "\r\n\r\n")
                        .problem())
                .isEqualTo("headers-too-large");
    }
}
