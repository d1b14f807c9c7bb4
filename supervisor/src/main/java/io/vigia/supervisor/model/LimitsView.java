package io.vigia.supervisor.model;

import io.vigia.kernel.model.LimitFile;
import io.vigia.kernel.model.LimitValue;
import io.vigia.kernel.model.Reading;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The limit files of a group as the kernel reads them back; those that do not exist here are {@link Reading.Unknown}. */
public record LimitsView(Map<LimitFile, Reading<LimitValue>> values) {
    public LimitsView {
        EnumMap<LimitFile, Reading<LimitValue>> copy = new EnumMap<>(LimitFile.class);
        copy.putAll(values);
        values = copy;
    }

    /** {@code null} where it is unknown, unsupported or gone. */
    public @Nullable LimitValue value(LimitFile file) {
        Reading<LimitValue> reading = values.get(file);
        return reading == null ? null : reading.orNull();
    }

    /** The same with these values instead. */
    public LimitsView with(Map<LimitFile, LimitValue> changed) {
        EnumMap<LimitFile, Reading<LimitValue>> all = new EnumMap<>(LimitFile.class);
        all.putAll(values);
        changed.forEach((file, value) -> all.put(file, Reading.known(value)));
        return new LimitsView(all);
    }

    /** The same with what {@code newer} has instead. */
    public LimitsView with(LimitsView newer) {
        EnumMap<LimitFile, Reading<LimitValue>> all = new EnumMap<>(LimitFile.class);
        all.putAll(values);
        all.putAll(newer.values);
        return new LimitsView(all);
    }

    /** A strong entity tag (RFC 9110, without the quotes): the same while the kernel's values are the same. */
    public String etag() {
        StringBuilder all = new StringBuilder();
        values.forEach((file, reading) -> {
            LimitValue value = reading.orNull();
            if (value != null) {
                all.append(file.fileName())
                        .append('=')
                        .append(value.kernelText())
                        .append(';');
            }
        });
        return Long.toHexString(fnv1a(all.toString()));
    }

    private static long fnv1a(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }
}
