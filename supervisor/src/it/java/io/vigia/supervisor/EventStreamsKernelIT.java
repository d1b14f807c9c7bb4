package io.vigia.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vigia.supervisor.stream.RawSse;
import io.vigia.supervisor.stream.RawWebSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams of a whole vigia, of what happens to real groups, to clients over TCP. */
class EventStreamsKernelIT {
    private static final String EVENTS = "/api/v1/events";
    private static final String SSE = "Accept: text/event-stream";

    @TempDir
    private Path stateDir;

    private RunningNode node;

    @BeforeEach
    void starts() throws Exception {
        RealCgroups.assumeRoot();
        node = new RunningNode(
                stateDir, "vigiait-streams-" + ProcessHandle.current().pid());
        node.follow();
        put("one");
        put("two");
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
            metadata: {name: NAME}
            spec:
              containers:
                - {name: main, command: [sleep, '600'], stop: {signal: TERM, grace: 1s}}
            """.replace("NAME", name);
        node.create("groups/" + name, manifest);
        node.event("container.started", data -> true);
    }

    private void change(int pidsMax) throws Exception {
        RunningNode.Answer answer = node.request(
                HttpMethod.PATCH,
                "/api/v1/groups/one/limits",
                "application/merge-patch+json",
                "{\"pids.max\":" + pidsMax + "}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }

    /** Reads up to the event of this change, and notes the number of each event, as a browser does. */
    private static void read(RawSse client, int pidsMax, List<Long> numbers) throws IOException {
        JsonObject data;
        do {
            RawSse.Message message = client.message();
            data = message.data().getJsonObject("data");
            if (message.id() != null) {
                numbers.add(Long.valueOf(message.id()));
            }
        } while (!"pids.max".equals(data.getString("file"))
                || !String.valueOf(pidsMax).equals(data.getString("after")));
    }

    @Test
    void resumesServerSentEventsWithoutHoleOrDouble() throws Exception {
        List<Long> numbers = new ArrayList<>();
        try (RawSse client = RawSse.connect(node.port(), EVENTS, SSE)) {
            assertThat(client.message().data().getString("type")).isEqualTo("io.vigia.stream.opened");
            change(100);
            change(101);
            read(client, 100, numbers);
        }
        change(102);
        try (RawSse client =
                RawSse.connect(node.port(), EVENTS + "?since=0", SSE, "Last-Event-ID: " + numbers.getLast())) {
            change(103);
            read(client, 103, numbers);
        }
        List<Long> all = new ArrayList<>();
        JsonArray range =
                new JsonArray(node.request(HttpMethod.GET, EVENTS + "?since=" + (numbers.getFirst() - 1), null, null)
                        .body());
        for (int i = 0; i < numbers.size(); i++) {
            all.add(Long.valueOf(range.getJsonObject(i).getString("sequence")));
            assertThat(all.get(i)).isEqualTo(numbers.getFirst() + i);
        }
        assertThat(numbers).isEqualTo(all);
    }

    private void apply(String policy) throws Exception {
        node.create("policies/" + policy, String.format(Locale.ROOT, """
            apiVersion: vigia.io/v1
            kind: Policy
            metadata: {name: %s}
            spec:
              target: {path: "/%s/*"}
              when: {pressure: {resource: cpu, kind: some, above: 99%%, window: 2s}}
              ladder:
                - throttle: {victims: {path: "/%s/nobody"}, cpu.max: 20%%}
              relief: {below: 5%%, for: 2s}
            """, policy, node.parent, node.parent));
        for (String group : List.of("one", "two")) {
            node.waitFor(
                    "policy.armed",
                    frame -> frame.getString("subject").equals(node.parent + "/" + group)
                            && frame.getJsonObject("data").getString("policy").equals(policy));
        }
    }

    @Test
    void sendsAWebSocketOnlyWhatItsFilterWants() throws Exception {
        String filter = "?type=policy.*&group=/" + node.parent + "/one";
        try (RawWebSocket client = RawWebSocket.connect(node.port(), EVENTS + "/stream" + filter)) {
            assertThat(client.event().getString("type")).isEqualTo("io.vigia.stream.opened");
            change(100);
            apply("first");
            change(101);
            apply("second");
            long before = 0;
            String policy;
            do {
                JsonObject event = client.event();
                assertThat(event.getString("type")).startsWith("io.vigia.policy.");
                assertThat(event.getString("subject")).isEqualTo(node.parent + "/one");
                long number = Long.parseLong(event.getString("sequence"));
                assertThat(number).as("they are the journal's").isGreaterThan(before);
                before = number;
                policy = event.getJsonObject("data").getString("policy");
            } while (!policy.equals("second"));
        }
    }

    @Test
    void refusesAFilterThatItDoesNotKnowBeforeTheUpgrade() throws Exception {
        for (String query : List.of("typ=policy.*", "type=policy.*&type=group.*", "group=%zz", "since=soon")) {
            for (String path : List.of(EVENTS, EVENTS + "/stream")) {
                RunningNode.Answer refused = node.request(HttpMethod.GET, path + "?" + query, null, null);
                assertThat(refused.status()).as(query).isEqualTo(400);
                assertThat(refused.type()).isEqualTo("application/problem+json");
                assertThat(refused.json().getString("detail")).isNotBlank();
            }
            assertThatThrownBy(() -> RawWebSocket.connect(node.port(), EVENTS + "/stream?" + query))
                    .hasMessageContaining("HTTP/1.1 400 ")
                    .hasMessageContaining("application/problem+json");
        }
    }
}
