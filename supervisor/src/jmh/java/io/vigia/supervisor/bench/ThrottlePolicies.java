package io.vigia.supervisor.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/** Policies of one round, one for each pair of groups: the condition on the one throttles the other. */
final class ThrottlePolicies {
    private ThrottlePolicies() {}

    /** What the names of a round's policies begin with. */
    static String names(int round) {
        return "p" + round + "-";
    }

    /**
     * In place of those of the round before, at one moment, with another limit.
     *
     * @param watched path of the groups with the condition, without the number that ends it; {@code throttled} likewise
     */
    static void put(Path config, int round, int pairs, String condition, String watched, String throttled)
            throws IOException {
        StringBuilder policies = new StringBuilder();
        for (int i = 0; i < pairs; i++) {
            policies.append(String.format(
                    Locale.ROOT, """
                    ---
                    apiVersion: vigia.io/v1
                    kind: Policy
                    metadata: {name: %s%d}
                    spec:
                      target: {path: "%s%d"}
                      when: %s
                      ladder:
                        - throttle: {victims: {path: "%s%d"}, cpu.max: %d%%}
                      relief: {below: 5%%, for: 60s}
                    """, names(round), i, watched, i, condition, throttled, i, 50 - round % 49));
        }
        Path written = Files.writeString(config.resolve("round.new"), policies);
        Path place = Files.createDirectories(config.resolve("policies.d")).resolve("round.yaml");
        Files.move(written, place, StandardCopyOption.REPLACE_EXISTING);
    }
}
