// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.demo;

import io.dormouse.local.client.Answer;
import io.dormouse.local.sample.TitleQuestion;

/** Where a demo shows what it does. */
public interface DemoOutput {
    /** One line of text. */
    void line(String text);

    /** A question that was asked while papers were still streaming in, with its answer. */
    void answer(TitleQuestion question, String ownPaper, Answer answer);

    /** The stream of {@code total} papers begins. */
    void streamBegins(long total);

    /** One more paper is in Kafka. */
    void streamed();

    /** All papers are in Kafka. */
    void streamEnds();
}
