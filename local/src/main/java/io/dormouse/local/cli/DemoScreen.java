// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import io.dormouse.local.client.Answer;
import io.dormouse.local.demo.DemoOutput;
import io.dormouse.local.sample.TitleQuestion;
import io.dormouse.schema.Hit;
import io.dormouse.schema.QueryResult;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** Shows a demo on the screen. */
final class DemoScreen implements DemoOutput {
    private static final int HITS_SHOWN = 3;
    private static final String OWN = "  <- its paper";

    private final Screen screen;
    private final long startNanos;
    private ProgressBar bar;
    private boolean answered;

    DemoScreen(Screen screen, long startNanos) {
        this.screen = Objects.requireNonNull(screen);
        this.startNanos = startNanos;
    }

    @Override
    public void line(String text) {
        screen.line(text);
    }

    @Override
    public void streamBegins(long total) {
        bar = new ProgressBar(screen, "papers", total, System::nanoTime);
    }

    @Override
    public void streamed() {
        bar.add(1);
    }

    @Override
    public void streamEnds() {
        bar.finish();
    }

    @Override
    public synchronized void answer(TitleQuestion question, String ownPaper, Answer answer) {
        QueryResult result = answer.result();
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%nQ: %s%n   %.1f ms, from %,d papers so far",
                question.title(),
                answer.latencyMillis(),
                result.getCost().getRowsStored()));
        if (!answered) {
            answered = true;
            text.append(String.format(
                    Locale.ROOT, "; the first answer, %.1f s after the start", (System.nanoTime() - startNanos) / 1e9));
        }
        List<Hit> hits = result.getHits();
        for (int i = 0; i < Math.min(HITS_SHOWN, hits.size()); i++) {
            text.append('\n')
                    .append(AnswerText.hit(i + 1, hits.get(i), screen.columns() - OWN.length()))
                    .append(hits.get(i).getId().equals(ownPaper) ? OWN : "");
        }
        rank(hits, ownPaper)
                .filter(rank -> rank > HITS_SHOWN)
                .ifPresent(rank -> text.append("\n   its paper is hit ").append(rank));
        screen.line(text.toString());
    }

    private static Optional<Integer> rank(List<Hit> hits, String id) {
        for (int i = 0; i < hits.size(); i++) {
            if (hits.get(i).getId().equals(id)) {
                return Optional.of(i + 1);
            }
        }
        return Optional.empty();
    }
}
