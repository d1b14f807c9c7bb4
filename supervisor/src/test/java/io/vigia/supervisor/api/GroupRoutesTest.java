package io.vigia.supervisor.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupRoutesTest extends OneFace {
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
}
