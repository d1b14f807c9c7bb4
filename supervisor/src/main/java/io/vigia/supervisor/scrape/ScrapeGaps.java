package io.vigia.supervisor.scrape;

import io.vigia.metrics.Counters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Groups that a scrape leaves out, or reads in part, because the kernel refused to open them, as when descriptors or memory have run out. The
 * log says when that begins and when it is over. The scraping thread.
 */
public final class ScrapeGaps {
    private static final Logger LOG = LoggerFactory.getLogger(ScrapeGaps.class);

    private @Nullable String first;
    private int found;
    private int groups;

    public ScrapeGaps(Counters counters) {
        counters.gauge(
                "vigia_scrape_incomplete_groups",
                "Groups that this scrape left out or read in part, because the kernel refused to open them, as when"
                        + " descriptors or memory have run out.",
                () -> groups);
    }

    void beginRound() {
        first = null;
        found = 0;
    }

    /** @param refused of one group, in words; {@code null} where nothing was */
    void add(@Nullable String refused) {
        if (refused != null) {
            found++;
            first = first == null ? refused : first;
        }
    }

    void endRound() {
        if (found > 0 && groups == 0) {
            LOG.warn(
                    "a scrape lacks numbers of {} groups, the first because of {} (for EMFILE, allow more descriptors"
                            + " by LimitNOFILE= or ulimit -n); vigia_scrape_incomplete_groups counts on",
                    found,
                    first);
        } else if (found == 0 && groups > 0) {
            LOG.info("scrapes have the numbers of all groups again");
        }
        groups = found;
    }
}
