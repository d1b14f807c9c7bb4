package io.vigia.supervisor.api;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** One face for all tests of a class, over a control in memory that remembers what they did. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OneFace {
    static final String DEMO = "/api/v1/groups/vigia%2Fdemo";
    static final String PATCH = "Content-Type: application/merge-patch+json";
    static final String JSON = "Content-Type: application/json";

    Serving serving;
    Wire unix;

    @BeforeAll
    void start() {
        serving = new Serving();
        unix = serving.unix();
    }

    @AfterAll
    void stop() {
        serving.close();
    }
}
