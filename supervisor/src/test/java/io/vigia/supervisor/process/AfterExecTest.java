package io.vigia.supervisor.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AfterExecTest {
    private final AfterExec after = new AfterExec();
    private final List<String> told = new ArrayList<>();

    @Test
    void tellsAnEndAfterTheLastExec() {
        after.begin(7);
        after.begin(7);
        after.tell(7, () -> told.add("end"));
        after.tell(8, () -> told.add("end of another"));
        told.add("first exec");
        after.end(7);
        told.add("second exec");
        after.end(7);
        assertThat(told).containsExactly("end of another", "first exec", "second exec", "end");
    }

    @Test
    void tellsAtOnceWhatHasNothingToWaitFor() {
        after.begin(7);
        after.end(7);
        after.tell(7, () -> told.add("end"));
        after.end(7);
        assertThat(told).containsExactly("end");
    }
}
