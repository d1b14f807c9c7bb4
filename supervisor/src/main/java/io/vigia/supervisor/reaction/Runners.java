package io.vigia.supervisor.reaction;

import io.vigia.kernel.loop.KernelLoop;
import io.vigia.kernel.model.CgroupId;
import io.vigia.supervisor.policy.LeaseHolder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The runners at work, one for each policy and group. What the kernel says concerns one group of perhaps ten thousand, so they are found by
 * that. Lists are copies, because what a runner is told may end it or start another. Kernel-loop thread only.
 */
final class Runners {
    private final KernelLoop loop;
    /** By group, then by the policy's name. */
    private final Map<CgroupId, TreeMap<String, PolicyRunner>> all = new HashMap<>();

    Runners(KernelLoop loop) {
        this.loop = loop;
    }

    @Nullable
    PolicyRunner get(String policy, CgroupId group) {
        loop.requireInLoop();
        TreeMap<String, PolicyRunner> here = all.get(group);
        return here == null ? null : here.get(policy);
    }

    void put(PolicyRunner runner) {
        loop.requireInLoop();
        all.computeIfAbsent(runner.id(), id -> new TreeMap<>()).put(runner.policy(), runner);
    }

    /** {@code false} when it was not there any more: perhaps its successor is. */
    boolean remove(PolicyRunner runner) {
        loop.requireInLoop();
        TreeMap<String, PolicyRunner> here = all.get(runner.id());
        if (here == null || !here.remove(runner.policy(), runner)) {
            return false;
        }
        if (here.isEmpty()) {
            all.remove(runner.id());
        }
        return true;
    }

    List<PolicyRunner> of(CgroupId group) {
        loop.requireInLoop();
        TreeMap<String, PolicyRunner> here = all.get(group);
        return here == null ? List.of() : List.copyOf(here.values());
    }

    List<PolicyRunner> of(String policy) {
        loop.requireInLoop();
        List<PolicyRunner> found = new ArrayList<>();
        for (TreeMap<String, PolicyRunner> here : all.values()) {
            PolicyRunner runner = here.get(policy);
            if (runner != null) {
                found.add(runner);
            }
        }
        return found;
    }

    /** Whose leases are held in that name; {@code null}: nobody's any more. */
    @Nullable
    PolicyRunner of(LeaseHolder holder) {
        CgroupId target = holder.target();
        return target == null
                ? null
                : of(target).stream()
                        .filter(runner -> runner.state().holder().equals(holder))
                        .findFirst()
                        .orElse(null);
    }

    List<PolicyRunner> all() {
        loop.requireInLoop();
        List<PolicyRunner> found = new ArrayList<>();
        all.values().forEach(here -> found.addAll(here.values()));
        return found;
    }
}
