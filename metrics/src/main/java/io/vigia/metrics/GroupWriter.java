package io.vigia.metrics;

import java.util.List;

/**
 * Renders the families of groups. Written by hand because it is nearly all of a scrape: thousands of lines that differ
 * in a number. Each group's labels are escaped once.
 */
final class GroupWriter implements Family.Line {
    private final StringBuilder out;
    private final Format format;
    private String name = "";
    private String labels = "";

    GroupWriter(StringBuilder out, Format format) {
        this.out = out;
        this.format = format;
    }

    void write(List<GroupSample> groups, double nowSeconds) {
        List<String> escaped = groups.stream().map(GroupWriter::labels).toList();
        for (Family family : GroupFamilies.ALL) {
            head(family.name(), family.type(), family.help());
            for (int i = 0; i < groups.size(); i++) {
                name = family.name();
                labels = escaped.get(i);
                family.values().write(groups.get(i), this);
            }
        }
        head("container_last_seen", Family.Type.GAUGE, "When the group was last seen, seconds since the epoch.");
        for (String one : escaped) {
            name = "container_last_seen";
            labels = one;
            value(nowSeconds);
        }
    }

    private void head(String family, Family.Type type, String help) {
        boolean counter = type == Family.Type.COUNTER;
        String shown = counter && format == Format.OPENMETRICS
                ? family.substring(0, family.length() - "_total".length())
                : family;
        out.append("# HELP ").append(shown).append(' ').append(help).append('\n');
        out.append("# TYPE ").append(shown).append(counter ? " counter\n" : " gauge\n");
    }

    @Override
    public void value(double value) {
        out.append(name).append('{').append(labels).append("} ");
        long whole = (long) value;
        if (whole == value) {
            out.append(whole).append('\n');
        } else {
            out.append(value).append('\n');
        }
    }

    @Override
    public void value(long value) {
        out.append(name).append('{').append(labels).append("} ").append(value).append('\n');
    }

    @Override
    public void value(String label, String labelValue, long value) {
        out.append(name).append('{').append(labels).append(',').append(label).append("=\"");
        out.append(labelValue).append("\"} ").append(value).append('\n');
    }

    @Override
    public void value(String label1, String value1, String label2, String value2, long value) {
        out.append(name).append('{').append(labels).append(',').append(label1).append("=\"");
        out.append(value1)
                .append("\",")
                .append(label2)
                .append("=\"")
                .append(value2)
                .append("\"} ");
        out.append(value).append('\n');
    }

    private static String labels(GroupSample group) {
        StringBuilder text = new StringBuilder(96);
        label(text, "id", group.id());
        label(text.append(','), "name", group.name());
        label(text.append(','), "image", group.image());
        GroupSample.Pod pod = group.pod();
        if (pod != null) {
            label(text.append(','), "namespace", pod.namespace());
            label(text.append(','), "pod", pod.pod());
            label(text.append(','), "container", pod.container());
        }
        return text.toString();
    }

    private static void label(StringBuilder text, String name, String value) {
        text.append(name).append("=\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> text.append("\\\\");
                case '"' -> text.append("\\\"");
                case '\n' -> text.append("\\n");
                default -> text.append(c);
            }
        }
        text.append('"');
    }
}
