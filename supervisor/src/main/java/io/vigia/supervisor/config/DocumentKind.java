package io.vigia.supervisor.config;

import java.util.Set;

/** What a document is meant to be, by its keys. */
enum DocumentKind {
    MANIFEST,
    CONFIG;

    private static final Set<String> OF_MANIFESTS = Set.of("apiVersion", "kind", "metadata", "spec");

    static DocumentKind of(Tree document) {
        return document instanceof Tree.Mapping mapping
                        && mapping.entries().stream().anyMatch(entry -> OF_MANIFESTS.contains(entry.key()))
                ? MANIFEST
                : CONFIG;
    }
}
