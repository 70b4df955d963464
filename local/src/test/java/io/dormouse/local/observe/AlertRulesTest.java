// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.local.observe.MonitoringFiles.Alert;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The shipped alert rules: valid, firing when they should, and explained. */
final class AlertRulesTest {
    @Test
    void promtoolAcceptsRulesAndConfiguration() throws Exception {
        Tools.PROMTOOL.assumeInstalled();
        assertThat(Tools.PROMTOOL.run(MonitoringFiles.FOLDER, "check", "rules", "alerts.yml"))
                .contains("SUCCESS");
        Tools.PROMTOOL.run(MonitoringFiles.FOLDER, "check", "config", "--syntax-only", "../compose/prometheus.yml");
    }

    @Test
    void alertsFireWhenTheyShouldAndNotBefore() throws Exception {
        Tools.PROMTOOL.assumeInstalled();
        assertThat(Tools.PROMTOOL.run(MonitoringFiles.FOLDER, "test", "rules", "alerts-test.yml"))
                .contains("SUCCESS");
    }

    @Test
    void everyAlertIsTestedAndExplained() throws Exception {
        String tests = Files.readString(MonitoringFiles.FOLDER.resolve("alerts-test.yml"));
        String operating = Files.readString(MonitoringFiles.OPERATING);
        List<String> anchors = operating
                .lines()
                .filter(line -> line.startsWith("#"))
                .map(AlertRulesTest::anchor)
                .toList();
        for (Alert alert : MonitoringFiles.alerts()) {
            assertThat(tests).contains("alertname: " + alert.name());
            assertThat(operating).contains("`" + alert.name() + "`");
            assertThat(alert.runbook()).startsWith("docs/operating.md#");
            assertThat(anchors).contains(alert.runbook().substring("docs/operating.md#".length()));
        }
    }

    /** The name that a heading has in links. */
    private static String anchor(String heading) {
        return heading.replaceFirst("^#+ ", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9 -]", "")
                .replace(' ', '-');
    }
}
