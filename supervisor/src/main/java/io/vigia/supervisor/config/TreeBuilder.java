package io.vigia.supervisor.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Parser events to trees. Works on events rather than on the library's nodes because those are composed by unbounded
 * recursion: here depth, size and what aliases expand to are bounded while reading.
 */
final class TreeBuilder {
    static final int MAX_DEPTH = 40;
    static final int MAX_NODES = 50_000;

    private final Iterator<Event> events;
    private final Map<String, Tree> anchors = new HashMap<>();
    private int nodes;

    TreeBuilder(Iterator<Event> events) {
        this.events = events;
    }

    /** The next document, or empty at the end of the stream. */
    Optional<Tree> next() {
        while (events.hasNext()) {
            if (events.next().getEventId() == Event.ID.DocumentStart) {
                anchors.clear();
                return Optional.of(build(events.next(), 0));
            }
        }
        return Optional.empty();
    }

    private Tree build(Event event, int depth) {
        Position at = event.getStartMark().map(Documents::position).orElse(Position.NONE);
        if (depth > MAX_DEPTH) {
            throw new RefusedException(at, "nested more than " + MAX_DEPTH + " deep: nothing vigia reads is");
        }
        count(at, 1);
        if (event instanceof AliasEvent alias) {
            return expand(alias, at, depth);
        }
        Tree tree = switch (event.getEventId()) {
            case Scalar -> scalar((ScalarEvent) event, at);
            case SequenceStart -> sequence(event, at, depth);
            case MappingStart -> mapping(event, at, depth);
            default -> throw new RefusedException(at, "unexpected " + event.getEventId());
        };
        ((NodeEvent) event).getAnchor().ifPresent(anchor -> anchors.put(anchor.getValue(), tree));
        return tree;
    }

    private Tree expand(AliasEvent alias, Position at, int depth) {
        Tree target = anchors.get(alias.getAlias().getValue());
        if (target == null) {
            throw new RefusedException(
                    at,
                    "alias *" + alias.getAlias().getValue() + " has no anchor that ends before it in this document");
        }
        weigh(target, at, depth);
        return target;
    }

    /** An alias costs what it stands for, so that ten lines cannot become a billion. */
    private void weigh(Tree tree, Position at, int depth) {
        count(at, 1);
        if (depth > MAX_DEPTH) {
            throw new RefusedException(at, "nested more than " + MAX_DEPTH + " deep with its aliases");
        }
        switch (tree) {
            case Tree.Scalar scalar -> {}
            case Tree.Sequence sequence -> sequence.items().forEach(item -> weigh(item, at, depth + 1));
            case Tree.Mapping mapping -> mapping.entries().forEach(entry -> weigh(entry.value(), at, depth + 1));
        }
    }

    private void count(Position at, int more) {
        nodes += more;
        if (nodes > MAX_NODES) {
            throw new RefusedException(at, "more than " + MAX_NODES + " values, aliases expanded: split the file");
        }
    }

    private static Tree scalar(ScalarEvent event, Position at) {
        String tag = event.getTag().orElse("");
        if (!tag.isEmpty() && !tag.equals("!") && !tag.equals(Tag.STR.getValue())) {
            throw new RefusedException(at, "tag " + tag + " is not supported: remove it");
        }
        return new Tree.Scalar(at, event.getValue(), event.isPlain() && tag.isEmpty());
    }

    private Tree sequence(Event start, Position at, int depth) {
        refuseTag(start, at);
        List<Tree> items = new ArrayList<>();
        for (Event event = events.next(); event.getEventId() != Event.ID.SequenceEnd; event = events.next()) {
            items.add(build(event, depth + 1));
        }
        return new Tree.Sequence(at, items);
    }

    private Tree mapping(Event start, Position at, int depth) {
        refuseTag(start, at);
        Map<String, Tree.Entry> entries = new HashMap<>();
        List<Tree.Entry> inOrder = new ArrayList<>();
        for (Event event = events.next(); event.getEventId() != Event.ID.MappingEnd; event = events.next()) {
            Position keyAt = event.getStartMark().map(Documents::position).orElse(Position.NONE);
            if (!(build(event, depth + 1) instanceof Tree.Scalar key)) {
                throw new RefusedException(keyAt, "a key must be text");
            }
            Tree.Entry entry = new Tree.Entry(keyAt, key.text(), build(events.next(), depth + 1));
            Tree.Entry before = entries.put(key.text(), entry);
            if (before != null) {
                throw new RefusedException(
                        keyAt,
                        "key '" + key.text() + "' is there twice, first on line "
                                + before.at().line() + ": remove one of them");
            }
            inOrder.add(entry);
        }
        return new Tree.Mapping(at, inOrder);
    }

    private static void refuseTag(Event start, Position at) {
        Optional<String> tag = ((CollectionStartEvent) start).getTag();
        if (tag.isPresent() && !tag.get().equals("!")) {
            throw new RefusedException(at, "tag " + tag.get() + " is not supported: remove it");
        }
    }

    /** The document cannot be read on from here. */
    static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Position at;
        private final String reason;

        RefusedException(Position at, String reason) {
            super(reason, null, false, false);
            this.at = at;
            this.reason = reason;
        }

        Position at() {
            return at;
        }

        String reason() {
            return reason;
        }
    }
}
