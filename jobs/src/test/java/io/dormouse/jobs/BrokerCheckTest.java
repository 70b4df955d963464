// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.Properties;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

/** What is asked for and refused is seen in SubmissionITCase. */
class BrokerCheckTest {
    @Test
    void aSubmitterWhoDoesNotReachTheBrokerCanDoWithout() {
        Configuration options = new Configuration()
                .set(RetrievalOptions.BOOTSTRAP_SERVERS, "127.0.0.1:1")
                .set(RetrievalOptions.CHECK_TOPICS, false);
        assertThatCode(() -> BrokerCheck.check(options, new Properties(), new Configuration()))
                .doesNotThrowAnyException();
    }
}
