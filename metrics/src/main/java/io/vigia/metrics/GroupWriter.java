package io.vigia.metrics;

import java.util.List;

/**
 * Renders the families of groups. Written by hand and in bytes because it is nearly all of a scrape: thousands of lines that
 * differ in a number.
 */
final class GroupWriter implements Family.Line {
    private static final byte[] LABELS_END = ByteText.utf8("} ");
    private static final byte[] NONE = {};

    private final ByteText out;
    private final Format format;
    private byte[] name = NONE;
    private byte[] labels = NONE;

    GroupWriter(ByteText out, Format format) {
        this.out = out;
        this.format = format;
    }

    void write(List<GroupSample> groups, long nowMillis) {
        for (Family family : GroupFamilies.ALL) {
            head(family.name(), family.type(), family.help());
            for (GroupSample group : groups) {
                labels = group.labels().bytes();
                family.values().write(group, this);
            }
        }
        head("container_last_seen", Family.Type.GAUGE, "When the group was last seen, seconds since the epoch.");
        for (GroupSample group : groups) {
            labels = group.labels().bytes();
            number(nowMillis / 1000);
        }
    }

    private void head(String family, Family.Type type, String help) {
        boolean counter = type == Family.Type.COUNTER;
        String shown = counter && format == Format.OPENMETRICS
                ? family.substring(0, family.length() - "_total".length())
                : family;
        out.add("# HELP ").add(shown).add(' ').add(help).add('\n');
        out.add("# TYPE ").add(shown).add(counter ? " counter\n" : " gauge\n");
        name = ByteText.utf8(family + "{");
    }

    @Override
    public void number(long value) {
        if (value >= 0) {
            start().number(value).add('\n');
        }
    }

    @Override
    public void micros(long value) {
        if (value >= 0) {
            start().decimal(value, 6, 1_000_000).add('\n');
        }
    }

    @Override
    public void millis(long value) {
        if (value >= 0) {
            start().decimal(value, 3, 1_000).add('\n');
        }
    }

    @Override
    public void labelled(byte[] more, long value) {
        if (value >= 0) {
            out.add(name)
                    .add(labels)
                    .add(',')
                    .add(more)
                    .add(LABELS_END)
                    .number(value)
                    .add('\n');
        }
    }

    private ByteText start() {
        return out.add(name).add(labels).add(LABELS_END);
    }
}
