package io.vigia.supervisor.node;

import io.vertx.core.Future;
import io.vigia.kernel.model.CgroupPath;
import io.vigia.kernel.model.Glob;
import io.vigia.supervisor.action.GroupWorkers;
import io.vigia.supervisor.api.Control.GroupQuery;
import io.vigia.supervisor.group.GroupEntry;
import io.vigia.supervisor.group.GroupTable;
import io.vigia.supervisor.group.GroupViews;
import io.vigia.supervisor.model.GroupView;
import io.vigia.supervisor.model.Page;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Groups as they are shown: selected with what the kernel loop knows, read by a worker. Kernel loop. */
record ShownGroups(GroupTable table, GroupViews views, GroupWorkers workers) {
    /** @param glob of the query's path */
    Future<Page<GroupView>> page(GroupQuery query, @Nullable Glob glob) {
        List<GroupViews.Known> page = new ArrayList<>();
        String next = null;
        for (GroupEntry entry : table.after(query.after() == null ? null : CgroupPath.ofId(query.after()))) {
            if (glob != null && !glob.matches(entry.path.text())) {
                continue;
            }
            GroupViews.Known known = views.known(entry);
            if (!selected(known, query)) {
                continue;
            }
            if (page.size() == query.limit()) {
                next = page.get(page.size() - 1).path().id();
                break;
            }
            page.add(known);
        }
        String token = next;
        return workers.submit(() -> new Page<>(read(page), token));
    }

    private static boolean selected(GroupViews.Known known, GroupQuery query) {
        if (query.managed() != null && query.managed() != known.managed()) {
            return false;
        }
        return query.labels() == null
                || known.labels().entrySet().containsAll(query.labels().entrySet());
    }

    // Without those that are gone by now.
    private List<GroupView> read(List<GroupViews.Known> page) {
        List<GroupView> read = new ArrayList<>(page.size());
        for (GroupViews.Known known : page) {
            GroupView view = views.read(known);
            if (view != null) {
                read.add(view);
            }
        }
        return read;
    }

    Future<GroupView> group(CgroupPath path) {
        GroupEntry entry = table.get(path);
        if (entry == null) {
            return Future.failedFuture(Named.noGroup(path.id()));
        }
        GroupViews.Known known = views.known(entry);
        return workers.submit(() -> {
            GroupView view = views.read(known);
            if (view == null) {
                throw Named.noGroup(path.id());
            }
            return view;
        });
    }
}
