package io.vigia.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Grafana's grid: 24 columns, y grows downwards; nobody here can look at it, so the positions are checked. */
class LayoutTest {
    private static final int COLUMNS = 24;

    static List<Dashboard> dashboards() {
        return Dashboard.all();
    }

    private record Box(int x, int y, int width, int height) {
        static Box of(JsonObject panel) {
            JsonObject grid = panel.getJsonObject("gridPos");
            return new Box(grid.getInteger("x"), grid.getInteger("y"), grid.getInteger("w"), grid.getInteger("h"));
        }
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void leavesNoHoleAndOverlapsNowhere(Dashboard dashboard) {
        List<Box> boxes = Dashboard.objects(dashboard.json().getJsonArray("panels"))
                .map(Box::of)
                .toList();
        int height = boxes.stream().mapToInt(box -> box.y + box.height).max().orElseThrow();
        int[][] taken = new int[height][COLUMNS];
        for (Box box : boxes) {
            assertThat(box.x + box.width).as("%s is within the grid", box).isLessThanOrEqualTo(COLUMNS);
            for (int y = box.y; y < box.y + box.height; y++) {
                for (int x = box.x; x < box.x + box.width; x++) {
                    taken[y][x]++;
                }
            }
        }
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < COLUMNS; x++) {
                // Only the last line of a row may end early: its right part stays free.
                assertThat(taken[y][x]).as("column %d of line %d", x, y).isLessThanOrEqualTo(1);
            }
            assertThat(taken[y][0]).as("line %d begins at the left", y).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void ordersPanelsAsTheyAreRead(Dashboard dashboard) {
        List<Box> boxes = Dashboard.objects(dashboard.json().getJsonArray("panels"))
                .map(Box::of)
                .toList();
        List<Integer> places =
                boxes.stream().map(box -> box.y * COLUMNS + box.x).toList();
        assertThat(places).isSorted();
        assertThat(dashboard.json().getJsonArray("panels").getJsonObject(0).getString("type"))
                .isEqualTo("row");
        assertThat(dashboard.rows()).allSatisfy(row -> {
            assertThat(row.getString("title")).isNotBlank();
            assertThat(row.getJsonArray("panels"))
                    .as("an open row holds none itself")
                    .isEmpty();
            assertThat(Box.of(row)).extracting(Box::x, Box::width, Box::height).containsExactly(0, COLUMNS, 1);
        });
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void numbersPanels(Dashboard dashboard) {
        assertThat(Dashboard.objects(dashboard.json().getJsonArray("panels")).map(panel -> panel.getInteger("id")))
                .doesNotContainNull()
                .doesNotHaveDuplicates();
        assertThat(dashboard.panels().stream().map(Dashboard.Panel::title)).doesNotHaveDuplicates();
    }
}
