package io.vigia.supervisor.journal;

import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Glob;
import org.jspecify.annotations.Nullable;

/**
 * What a client wants to see. Comma-separated globs each; empty matches all.
 *
 * @param type of the type without prefix ({@code policy.*}), made with {@link Glob#ofName}
 * @param group of the group's path with its slash ({@code /web.slice/**}); made with {@link Glob#ofPath}
 */
public record EventFilter(@Nullable Glob type, @Nullable Glob group) {
    public static final EventFilter ALL = new EventFilter(null, null);

    public boolean matches(Event event) {
        return matches(event.type(), event.subject());
    }

    public boolean matches(String eventType, @Nullable String subject) {
        if (type != null && !type.matches(eventType)) {
            return false;
        }
        return group == null
                || (subject != null && group.matches(CgroupPath.ofId(subject).text()));
    }
}
