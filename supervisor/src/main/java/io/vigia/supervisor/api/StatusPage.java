package io.vigia.supervisor.api;

import io.vertx.core.Future;
import io.vigia.kernel.model.PressureStall;
import io.vigia.kernel.model.Reading;
import io.vigia.supervisor.model.GroupView;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A plain page for people who open the address in a browser: no script, nothing from elsewhere. */
final class StatusPage {
    private static final int MOST = 200;
    private static final String STYLE =
            "body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0"
                + " 1rem;color:#1b2733;background:#fbfcfd}h1{font-size:1.4rem;margin:0}p{color:#5a6b7b;margin:.3rem 0"
                + " 1.2rem}div{overflow-x:auto}table{border-collapse:collapse;width:100%;background:#fff;border:1px"
                + " solid #dfe5ea}th,td{text-align:left;padding:.4rem .7rem;border-bottom:1px solid #eceff2}"
                + "th{font-weight:600;color:#5a6b7b;font-size:.85rem}td:first-child{min-width:14rem;overflow-wrap:anywhere}td.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}"
                + "th.n{text-align:right}a{color:#0b62a8;text-decoration:none}a:hover{text-decoration:underline}.s{border-radius:1rem;padding:.05rem"
                + " .6rem;background:#e3f3e8;color:#14632f;font-size:.85rem}"
                + ".s.frozen{background:#e1eefb;color:#0b4f8a}.s.failed{background:#fbe4e4;color:#8f1d1d}"
                + ".s.empty,.s.starting,.s.stopping{background:#eef1f4;color:#44525f}";

    private final Control control;
    private final Version version;

    StatusPage(Control control, Version version) {
        this.control = control;
        this.version = version;
    }

    List<Route> routes() {
        return List.of(Route.get("/", this::show).answering("text/html"));
    }

    private Future<Answer> show(Exchange exchange) {
        return control.groups(new Control.GroupQuery(null, null, null, MOST, null))
                .map(page -> Answer.text(200, "text/html; charset=utf-8", html(page.items(), page.next() != null))
                        .with(
                                "Content-Security-Policy",
                                "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri"
                                        + " 'none'")
                        .with("Referrer-Policy", "no-referrer"));
    }

    private String html(List<GroupView> groups, boolean more) {
        StringBuilder out = new StringBuilder(4096);
        out.append("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>vigia</title>")
                .append("<meta name=\"viewport\" content=\"width=device-width\"><style>")
                .append(STYLE)
                .append("</style><h1>vigia ")
                .append(escape(version.version()))
                .append("</h1><p>kernel ")
                .append(escape(version.kernel()))
                .append(" · <a href=\"/api/v1/events\">events</a> · <a href=\"/api/v1/policies\">policies</a> · ")
                .append("<a href=\"/api/v1/decisions\">decisions</a> · <a href=\"/metrics\">metrics</a> · ")
                .append("<a href=\"/readyz\">readiness</a> · <a href=\"/openapi.yaml\">API</a></p>")
                .append("<div><table><tr><th>group<th>state<th class=n>processes<th class=n>memory<th class=n>cpu"
                        + " pressure")
                .append("<th class=n>memory pressure<th class=n>io pressure</tr>");
        groups.forEach(group -> row(group, out));
        out.append("</table></div>");
        if (more) {
            out.append("<p>The first ")
                    .append(MOST)
                    .append(" groups; all are at <a href=\"/api/v1/groups\">/api/v1/groups</a>.</p>");
        }
        return out.append("</html>\n").toString();
    }

    private static void row(GroupView group, StringBuilder out) {
        String address =
                URLEncoder.encode(group.path().id(), StandardCharsets.UTF_8).replace("+", "%20");
        var memory = group.usage().memory().orNull();
        out.append("<tr><td><a href=\"/api/v1/groups/")
                .append(address)
                .append("\">")
                .append(escape(group.path().text()))
                .append("</a><td><span class=\"s ")
                .append(group.state().apiName())
                .append("\">")
                .append(group.state().apiName())
                .append("</span>");
        cell(group.processes() < 0 ? null : String.valueOf(group.processes()), out);
        cell(memory == null || memory.currentBytes() < 0 ? null : mebibytes(memory.currentBytes()), out);
        cell(share(group.usage().cpuPressure()), out);
        cell(share(group.usage().memoryPressure()), out);
        cell(share(group.usage().ioPressure()), out);
        out.append("</tr>");
    }

    private static void cell(@Nullable String text, StringBuilder out) {
        out.append("<td class=n>").append(text == null ? "–" : text);
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
    }

    private static @Nullable String share(Reading<io.vigia.kernel.model.Pressure> reading) {
        var pressure = reading.orNull();
        PressureStall some = pressure == null ? null : pressure.some();
        return some == null ? null : String.format(Locale.ROOT, "%.2f %%", some.avg10());
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
