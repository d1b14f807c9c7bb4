package io.vigia.supervisor.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vigia.kernel.model.Support;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpFaceTest {
    private static final String DEMO = "/api/v1/groups/vigia%2Fdemo";
    private static final String PATCH = "Content-Type: application/merge-patch+json";
    private static final String JSON = "Content-Type: application/json";

    private Serving serving;
    private Wire unix;

    @BeforeAll
    void start() {
        serving = new Serving();
        unix = serving.unix();
    }

    @AfterAll
    void stop() {
        serving.close();
    }

    @Test
    void showsAGroupAsTheContractSays() {
        JsonObject group = unix.get(DEMO).json();
        assertThat(group.getString("id")).isEqualTo("vigia/demo");
        assertThat(group.getString("path")).isEqualTo("/vigia/demo");
        assertThat(group.getString("hierarchy")).isEqualTo("hybrid");
        assertThat(group.getJsonObject("limits"))
                .isEqualTo(new JsonObject()
                        .put("cpu.max", "50000 100000")
                        .put("cpu.weight", 100)
                        .put("memory.high", "max")
                        .put("memory.max", 536870912));
        assertThat(group.getJsonObject("usage").getLong("memory.current")).isEqualTo(7340032);
        assertThat(group.getJsonObject("usage").getLong("cpu.throttledUsec"))
                .as("unknown is not zero")
                .isNull();
        assertThat(group.getJsonObject("pressure").getValue("io")).isNull();
        assertThat(group.getJsonObject("events").getJsonObject("memory").getLong("oom_kill"))
                .isZero();
        assertThat(group.getJsonArray("containers")).isEqualTo(new JsonArray().add("web"));
    }

    @Test
    void takesThePlainNameOfAManagedGroup() {
        assertThat(unix.get("/api/v1/groups/demo").json().getString("id")).isEqualTo("vigia/demo");
    }

    @ParameterizedTest
    @ValueSource(strings = {"web.slice%2Fcaf%C3%A9", "odd%2F%5Cxff%5C%5Cname", "odd%2f%5cxff%5c%5cname"})
    void takesNamesOfAnyBytes(String id) {
        assertThat(unix.get("/api/v1/groups/" + id).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..",
                ".",
                "%2e%2e",
                "%2E.",
                "vigia%2F..",
                "vigia%2F%2e%2e%2Fetc",
                "vigia%2F%2Fdemo",
                "%2Fvigia",
                "vigia%2F",
                "",
                "%00",
                "vigia%00",
                "%ff",
                "%c0%ae",
                "%",
                "%4",
                "%zz",
                "a%0ab",
                "%5Cx00",
                "%5Cx2e%5Cx2e",
                "%5Cx41",
                "%5Cq",
                "%5C"
            })
    void refusesWhatIsNoGroup(String id) {
        for (String rest : new String[] {"", "/limits", "/processes"}) {
            Wire.Reply reply = unix.get("/api/v1/groups/" + id + rest);
            assertThat(reply.status()).as(id + rest).isEqualTo(400);
            assertThat(reply.problem()).isEqualTo("invalid");
        }
    }

    @Test
    void hintsAtEncodingWhereSlashesWereNotEncoded() {
        Wire.Reply reply = unix.get("/api/v1/groups/vigia/demo");
        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.json().getString("detail")).contains("/api/v1/groups/vigia%2Fdemo");
    }

    @Test
    void listsInPages() {
        JsonObject first = unix.get("/api/v1/groups?limit=3").json();
        assertThat(first.getJsonArray("items")).hasSize(3);
        JsonObject second = unix.get("/api/v1/groups?limit=3&continue=" + first.getString("continue"))
                .json();
        assertThat(second.getJsonArray("items")).isNotEmpty();
        assertThat(unix.get("/api/v1/groups").json().getMap()).containsEntry("continue", null);
    }

    @Test
    void refusesToGoOnFromWhatItDidNotGiveOut() {
        String groups = unix.get("/api/v1/groups?limit=1").json().getString("continue");
        for (String target : List.of(
                "/api/v1/groups?continue=***",
                "/api/v1/groups?continue=zzz",
                "/api/v1/groups?continue=",
                "/api/v1/groups?continue=" + groups + "A",
                "/api/v1/decisions?continue=zzz",
                "/api/v1/decisions?continue=" + groups)) {
            Wire.Reply reply = unix.get(target);
            assertThat(reply.status()).as(target).isEqualTo(400);
            assertThat(reply.headers().get("content-type")).as(target).startsWith("application/problem+json");
            assertThat(reply.json().getString("field")).as(target).isEqualTo("continue");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"?limt=3", "?limit=0", "?limit=x", "?limit=1&limit=2", "?managed=maybe", "?label=x"})
    void refusesParametersItDoesNotKnow(String query) {
        Wire.Reply reply = unix.get("/api/v1/groups" + query);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().getString("field")).isNotBlank();
    }

    @Test
    void patchesLimitsAgainstTheirEntityTag() {
        serving.control.add("vigia/tagged");
        String limits = "/api/v1/groups/tagged/limits";
        String tag = unix.get(limits).header("etag");
        assertThat(tag).startsWith("\"").endsWith("\"");
        assertThat(unix.get(limits, "If-None-Match: " + tag).status()).isEqualTo(304);

        Wire.Reply dry = unix.send("PATCH", limits + "?dryRun=true", "{\"memory.max\":\"64Mi\"}", PATCH);
        assertThat(dry.json().getLong("memory.max")).isEqualTo(64L << 20);
        assertThat(unix.get(limits).header("etag")).isEqualTo(tag);

        Wire.Reply changed = unix.send(
                "PATCH", limits + "?ttl=10m", "{\"memory.max\":\"64Mi\",\"cpu.max\":null}", PATCH, "If-Match: " + tag);
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.header("etag")).isNotEqualTo(tag);
        assertThat(changed.json().getString("cpu.max")).isEqualTo("max");

        Wire.Reply late = unix.send("PATCH", limits, "{\"memory.max\":1048576}", PATCH, "If-Match: " + tag);
        assertThat(late.status()).isEqualTo(412);
        assertThat(late.problem()).isEqualTo("precondition-failed");
        assertThat(serving.control.calls()).contains("limits tagged ttl=PT10M force=false dry=false");
    }

    @Test
    void saysThatALimitWouldKillUnlessForced() {
        Wire.Reply refused = unix.send("PATCH", DEMO + "/limits?dryRun=true", "{\"memory.max\":1}", PATCH);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.problem()).isEqualTo("would-kill");
        assertThat(refused.json().getString("file")).isEqualTo("memory.max");
        assertThat(refused.json().getInteger("errno")).isEqualTo(16);
        assertThat(unix.send("PATCH", DEMO + "/limits?dryRun=true&force=true", "{\"memory.max\":1}", PATCH)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void namesTheFieldThatIsWrong() {
        Wire.Reply unknown = unix.send("PATCH", DEMO + "/limits", "{\"memory.maxx\":1}", PATCH);
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.json().getString("field")).isEqualTo("/memory.maxx");
        assertThat(unix.send("PATCH", DEMO + "/limits", "{\"memory.max\":[1]}", PATCH)
                        .json()
                        .getString("field"))
                .isEqualTo("/memory.max");
        assertThat(unix.send("PATCH", DEMO + "/limits?ttl=soon", "{}", PATCH)
                        .json()
                        .getString("field"))
                .isEqualTo("ttl");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "1",
                "{\"memory.max\":1}x",
                "{\"memory.max\":1,}",
                "{'memory.max':1}",
                "{\"memory.max\":1,\"memory.max\":2}",
                "{\"memory.max\":01}",
                "{\"memory.max\":NaN}",
                "\u0000"
            })
    void refusesMalformedJson(String body) {
        Wire.Reply reply = unix.send("PATCH", DEMO + "/limits", body, PATCH);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.problem()).isEqualTo("invalid");
    }

    @Test
    void namesTheNameThatStandsTwice() {
        JsonObject problem = unix.send("PATCH", DEMO + "/limits", "{\"a\":{\"b\":1,\n\"b\":2}}", PATCH)
                .json();
        assertThat(problem.getString("detail")).contains("'b' stands twice").contains("2:");
        assertThat(problem.getString("field")).isEqualTo("/a/b");
    }

    @Test
    void refusesDeepJson() {
        Wire.Reply reply = unix.send(
                "PATCH", DEMO + "/limits", "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}", PATCH);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().getString("detail")).contains("32");
    }

    @Test
    void refusesBodiesThatAreTooLarge() {
        Wire.Reply reply =
                unix.send("PATCH", DEMO + "/limits", "{\"a\":\"" + "x".repeat(Body.MAX_BYTES) + "\"}", PATCH);
        assertThat(reply.status()).isEqualTo(413);
        assertThat(reply.problem()).isEqualTo("too-large");
    }

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
    void makesAndRemovesGroups() {
        String manifest = TestGrammar.manifest("Group", "fresh").encode();
        assertThat(unix.send("PUT", "/api/v1/groups/fresh?dryRun=true", manifest, JSON)
                        .status())
                .isEqualTo(201);
        assertThat(unix.get("/api/v1/groups/fresh").status()).isEqualTo(404);
        assertThat(unix.send("PUT", "/api/v1/groups/fresh", manifest, JSON).status())
                .isEqualTo(201);
        assertThat(unix.send("PUT", "/api/v1/groups/vigia%2Ffresh", "name: fresh\n", "Content-Type: application/yaml")
                        .status())
                .isEqualTo(200);
        assertThat(unix.send("PUT", "/api/v1/groups/other", manifest, JSON)
                        .json()
                        .getString("field"))
                .isEqualTo("/metadata/name");
        assertThat(unix.send("DELETE", "/api/v1/groups/fresh?grace=3s", "").status())
                .isEqualTo(202);
        assertThat(unix.get("/api/v1/groups/fresh").status()).isEqualTo(404);
        assertThat(serving.control.calls()).contains("delete fresh grace=PT3S dry=false");
    }

    @Test
    void operatesGroupsAndContainers() {
        assertThat(unix.send("POST", DEMO + "/freeze", "").status()).isEqualTo(200);
        assertThat(unix.send("POST", DEMO + "/restart?dryRun=true", "{}", JSON).status())
                .isEqualTo(202);
        assertThat(unix.send(
                                "POST",
                                DEMO + "/kill",
                                "{\"signal\":\"KILL\",\"grace\":\"2s\",\"scope\":\"process\",\"pid\":12}",
                                JSON)
                        .status())
                .isEqualTo(202);
        assertThat(unix.send("POST", DEMO + "/kill", "{\"scope\":\"process\"}", JSON)
                        .status())
                .isEqualTo(400);
        assertThat(unix.send("POST", DEMO + "/kill", "{\"sig\":\"KILL\"}", JSON)
                        .json()
                        .getString("field"))
                .isEqualTo("/sig");
        assertThat(unix.send("POST", DEMO + "/reclaim", "{\"bytes\":\"64Mi\"}", JSON)
                        .json()
                        .getLong("reclaimedBytes"))
                .isEqualTo(32L << 20);
        assertThat(unix.send("POST", DEMO + "/containers/web/restart", "").status())
                .isEqualTo(202);
        assertThat(serving.control.calls())
                .contains(
                        "FREEZE vigia/demo dry=false",
                        "RESTART vigia/demo dry=true",
                        "kill vigia/demo 9 PT2S 12 dry=false",
                        "reclaim vigia/demo 67108864 dry=false",
                        "RESTART vigia/demo/web dry=false");
    }

    @Test
    void showsProcessesAsTreeAndContainersWithTheirLastExit() {
        JsonObject root =
                unix.get(DEMO + "/processes").json().getJsonArray("items").getJsonObject(0);
        assertThat(root.getJsonArray("children").getJsonObject(0).getInteger("nsPid"))
                .isEqualTo(2);
        JsonObject web = unix.get(DEMO + "/containers/web").json();
        assertThat(web.getJsonObject("lastExit").getInteger("signal")).isEqualTo(9);
        assertThat(web.getJsonObject("lastExit").getString("reason")).isEqualTo("oom");
        assertThat(unix.get(DEMO + "/containers/none").status()).isEqualTo(404);
    }

    @Test
    void followsLogsWhileTheyGrow() throws IOException {
        assertThat(unix.get(DEMO + "/containers/web/logs").body()).startsWith("one\ntwo\n");
        try (OpenWire follower = new OpenWire(serving.face.port())) {
            follower.get(DEMO + "/containers/web/logs?follow", "Authorization: Bearer " + Serving.VIEWER);
            follower.until("two\n");
            for (String next : new String[] {"three\n", "four\n"}) {
                serving.control.appendLog(next);
                follower.until(next);
            }
        }
    }

    @Test
    void beginsLogsWithTheLastLines() throws IOException {
        String logs = DEMO + "/containers/web/logs";
        serving.control.appendLog("before\nlast\n");
        assertThat(unix.get(logs + "?tail=1").body()).isEqualTo("last\n");
        assertThat(unix.get(logs + "?tail=2").body()).isEqualTo("before\nlast\n");
        assertThat(unix.get(logs + "?tail=0").body()).isEmpty();
        assertThat(unix.get(logs + "?tail=999").body()).startsWith("one\ntwo\n").endsWith("last\n");
        Wire.Reply wrong = unix.get(logs + "?tail=-1");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.json().getString("field")).isEqualTo("tail");
        try (OpenWire follower = new OpenWire(serving.face.port())) {
            follower.get(logs + "?follow&tail=1", "Authorization: Bearer " + Serving.VIEWER);
            assertThat(follower.until("last\n")).doesNotContain("before");
            serving.control.appendLog("next\n");
            follower.until("next\n");
        }
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

    /** Closed before it has sent all, a client would see a broken connection and not why. */
    @Test
    void readsABodyThatItHasRefusedAlready() throws Exception {
        try (OpenWire wire = new OpenWire(serving.face.port())) {
            for (String target : List.of("PATCH " + DEMO + "/limits?bogus=1", "PUT /api/v1/nope")) {
                wire.write(target + " HTTP/1.1\r\nHost: localhost\r\n" + PATCH + "\r\nContent-Length: 19\r\n\r\n");
                // Another answer in between: the refusal has been decided.
                assertThat(serving.tcp().get("/livez").status()).isEqualTo(200);
                wire.write("{\"a\":");
                wire.write("\"0123456789\" }");
                assertThat(wire.until("\r\n\r\n")).startsWith("HTTP/1.1 4");
                wire.until("}");
            }
        }
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
