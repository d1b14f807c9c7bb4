package io.vigia.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.api.Contract;
import io.vigia.supervisor.guest.Patience;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a whole vigia answers and tells about real groups is what its documents describe. */
final class ContractKernelIT {
    private static final String MERGE = "application/merge-patch+json";

    @TempDir
    private Path stateDir;

    private final Contract contract = new Contract();
    private RunningNode node;

    @BeforeEach
    void starts() throws Exception {
        RealCgroups.assumeRoot();
        node = new RunningNode(
                stateDir, "vigiait-contract-" + ProcessHandle.current().pid());
        node.follow();
        put("demo");
    }

    @AfterEach
    void stops() throws Exception {
        if (node != null) {
            node.close();
        }
    }

    private void put(String name) throws Exception {
        String manifest = """
            apiVersion: vigia.io/v1
            kind: Group
            metadata: {name: NAME, labels: {team: web}}
            spec:
              limits: {pids.max: 20, memory.max: 256Mi}
              containers:
                - name: web
                  command: [sh, -c, "echo hello; sleep 600"]
            """.replace("NAME", name);
        assertThat(send(HttpMethod.PUT, "/api/v1/groups/" + name, "application/yaml", manifest)
                        .status())
                .isEqualTo(201);
        node.event("container.started", data -> true);
    }

    private RunningNode.Answer send(HttpMethod method, String target, @Nullable String type, @Nullable String body)
            throws Exception {
        RunningNode.Answer answer = node.request(method, target, type, body);
        contract.check(method.name(), target, answer.status(), answer.type(), answer.body());
        return answer;
    }

    private RunningNode.Answer get(String target) throws Exception {
        return send(HttpMethod.GET, target, null, null);
    }

    private void post(String target, int status) throws Exception {
        RunningNode.Answer answer = send(HttpMethod.POST, target, null, null);
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    }

    @Test
    void answersAndTellsWhatTheDocumentsDescribe() throws Exception {
        for (String path : List.of(
                "/api/v1/groups",
                "/api/v1/groups?limit=1",
                "/api/v1/groups?path=/" + node.parent + "/*&label=team=web&managed=true",
                "/api/v1/groups/demo",
                "/api/v1/groups/demo/processes",
                "/api/v1/groups/demo/limits",
                "/api/v1/groups/demo/containers",
                "/api/v1/groups/demo/containers/web",
                "/api/v1/groups/demo/containers/web/logs",
                "/api/v1/policies",
                "/api/v1/decisions",
                "/readyz",
                "/version",
                "/metrics",
                "/")) {
            assertThat(get(path).status()).as(path).isEqualTo(200);
        }
        assertThat(get("/api/v1/groups?limit=1&continue=Li4vLi4").status()).isEqualTo(400);
        assertThat(get("/api/v1/groups/nope").status()).isEqualTo(404);
        // What vigia did not make has no containers, which to a reader is no conflict.
        String observed = "/api/v1/groups/" + node.parent + "/containers";
        assertThat(get(observed).json().getJsonArray("items")).isEmpty();
        assertThat(get(observed + "/web").status()).isEqualTo(404);
        assertThat(get(observed + "/web/logs").status()).isEqualTo(404);
        assertThat(get("/api/v1/events?since=99999999").status()).isEqualTo(410);
        String limits = "/api/v1/groups/demo/limits";
        refusesWhatWouldKill(limits);
        assertThat(send(HttpMethod.PATCH, limits + "?ttl=1h", MERGE, "{\"pids.max\":30}")
                        .status())
                .isEqualTo(200);
        post("/api/v1/groups/demo/freeze", 200);
        post("/api/v1/groups/demo/thaw", 200);
        post("/api/v1/groups/demo/restart?dryRun=true", 202);
        post("/api/v1/groups/demo/containers/web/restart", 202);
        post("/api/v1/groups/" + node.parent + "/freeze", 403);
        RunningNode.Answer reclaimed =
                send(HttpMethod.POST, "/api/v1/groups/demo/reclaim", "application/json", "{\"bytes\":4096}");
        assertThat(reclaimed.status()).as(reclaimed.body()).isEqualTo(200);
        assertThat(reclaimed.json().getLong("reclaimedBytes")).isNotNegative();
        node.event("container.started", data -> true);
        assertThat(send(HttpMethod.DELETE, "/api/v1/groups/demo?grace=0s", null, null)
                        .status())
                .isEqualTo(202);
        node.event("group.removed", data -> true);

        JsonArray all = new JsonArray(get("/api/v1/events?since=0").body());
        assertThat(all.size()).isGreaterThan(10);
        all.forEach(event -> contract.checkEvent((JsonObject) event));
        assertThat(node.seen()).isNotEmpty().allSatisfy(contract::checkEvent);
    }

    private void refusesWhatWouldKill(String limits) throws Exception {
        String tooLittle = "{\"memory.max\":\"8Ki\"}";
        // What the kernel says of a group's use may be two seconds old; a dry run asks nothing else.
        await().atMost(Patience.of(30))
                .until(() -> send(HttpMethod.PATCH, limits + "?dryRun=true", MERGE, tooLittle)
                                .status()
                        == 409);
        JsonObject before = get(limits).json();
        JsonObject web = get("/api/v1/groups/demo/containers/web").json();
        RunningNode.Answer refused = send(HttpMethod.PATCH, limits, MERGE, tooLittle);
        assertThat(refused.status()).as(refused.body()).isEqualTo(409);
        // By vigia: the EBUSY of a v1 kernel would be another type of problem.
        assertThat(refused.json().getString("type")).endsWith("/would-kill");
        assertThat(refused.json().getString("detail")).contains("memory.max", "cannot be reclaimed");
        assertThat(get(limits).json()).isEqualTo(before);
        assertThat(before.getLong("memory.max")).isEqualTo(256L << 20);
        assertThat(ProcessHandle.of(web.getLong("pid")).orElseThrow().isAlive()).isTrue();
        assertThat(get("/api/v1/groups/demo/containers/web").json().getLong("pid"))
                .isEqualTo(web.getLong("pid"));
    }

    /** Also when the group that a page ended with has gone meanwhile. */
    @Test
    void listsEveryGroupOnceInPages() throws Exception {
        put("one");
        put("two");
        String pages = "/api/v1/groups?limit=1&managed=true&path=/" + node.parent + "/*";
        JsonObject page = get(pages).json();
        assertThat(send(HttpMethod.DELETE, "/api/v1/groups/demo?grace=0s", null, null)
                        .status())
                .isEqualTo(202);
        node.waitFor("group.removed", frame -> frame.getString("subject").equals(node.parent + "/demo"));
        List<String> listed = new ArrayList<>(ids(page));
        while (page.getString("continue") != null) {
            page = get(pages + "&continue=" + page.getString("continue")).json();
            listed.addAll(ids(page));
        }
        assertThat(listed).containsExactly(node.parent + "/demo", node.parent + "/one", node.parent + "/two");
    }

    private static List<String> ids(JsonObject page) {
        JsonArray items = page.getJsonArray("items");
        assertThat(items).hasSize(1);
        return List.of(items.getJsonObject(0).getString("id"));
    }

    @Test
    void writesConcurrentChangesInTheOrderInWhichTheyAreTold() throws Exception {
        List<Future<RunningNode.Answer>> answers = new ArrayList<>();
        for (int pids = 101; pids <= 140; pids++) {
            answers.add(
                    node.send(HttpMethod.PATCH, "/api/v1/groups/demo/limits", MERGE, "{\"pids.max\":" + pids + "}"));
        }
        RunningNode.get(Future.all(answers));
        List<Integer> told = new ArrayList<>();
        int before = 20;
        for (Object one :
                new JsonArray(get("/api/v1/events?since=0&type=limits.changed").body())) {
            JsonObject data = ((JsonObject) one).getJsonObject("data");
            if (data.getString("file").equals("pids.max")
                    && data.getString("by").equals("api")) {
                assertThat(Integer.parseInt(String.valueOf(data.getValue("before"))))
                        .isEqualTo(before);
                before = Integer.parseInt(String.valueOf(data.getValue("after")));
                told.add(before);
            }
        }
        assertThat(told).hasSize(40).doesNotHaveDuplicates();
        assertThat(get("/api/v1/groups/demo/limits").json().getInteger("pids.max"))
                .isEqualTo(before);
    }
}
