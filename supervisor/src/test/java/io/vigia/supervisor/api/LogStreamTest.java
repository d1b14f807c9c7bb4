package io.vigia.supervisor.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class LogStreamTest extends OneFace {
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
}
