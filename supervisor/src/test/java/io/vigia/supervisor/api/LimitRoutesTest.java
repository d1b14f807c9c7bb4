package io.vigia.supervisor.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LimitRoutesTest extends OneFace {
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

    /** RFC 9110: either header may list several, and only If-None-Match takes a tag that a proxy made weak. */
    @Test
    void findsItsEntityTagAmongSeveral() {
        serving.control.add("vigia/listed");
        String limits = "/api/v1/groups/listed/limits";
        String tag = unix.get(limits).header("etag");
        String none = "{}";
        assertThat(unix.get(limits, "If-None-Match: \"a\", W/" + tag).status()).isEqualTo(304);
        assertThat(unix.get(limits, "If-None-Match: \"a\", \"b\"").status()).isEqualTo(200);
        assertThat(unix.send("PATCH", limits, none, PATCH, "If-Match: \"a\"," + tag)
                        .status())
                .isEqualTo(200);
        assertThat(unix.send("PATCH", limits, none, PATCH, "If-Match: \"a\"", "If-Match: " + tag)
                        .status())
                .isEqualTo(200);
        assertThat(unix.send("PATCH", limits, none, PATCH, "If-Match: \"a\", \"b\"")
                        .status())
                .isEqualTo(412);
        assertThat(unix.send("PATCH", limits, none, PATCH, "If-Match: W/" + tag).status())
                .isEqualTo(412);
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
}
