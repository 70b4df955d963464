// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.index;

import io.dormouse.benchmarks.peer.PeerCode;
import io.dormouse.state.kernel.Code;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Names an engine and how it is set up: {@code dormouse-CODE}, {@code dormouse-CODE-own-jdk} for the one that runs on the
 * project's own JDK, or a peer.
 */
public record EngineName(String text) {
    /** Lucene's format with its defaults: M 16, beam width 100. */
    public static final EngineName LUCENE = new EngineName("lucene");

    private static final String OWN_PREFIX = "dormouse-";
    private static final String OWN_JDK_SUFFIX = "-own-jdk";
    private static final String LUCENE_ADAPTER = "io.dormouse.benchmarks.peer.lucene.LuceneEngines";
    private static final String JVECTOR_ADAPTER = "io.dormouse.benchmarks.peer.jvector.JVectorEngines";

    /** Peers and what each is, for the report. */
    static final List<EngineName> PEERS = List.of(
            LUCENE,
            new EngineName("lucene-tuned"),
            new EngineName("lucene-int8"),
            new EngineName("jvector"),
            new EngineName("jvector-pq"));

    public static EngineName dormouse(Code code, boolean ownJdk) {
        return new EngineName(OWN_PREFIX + code.name().toLowerCase(Locale.ROOT) + (ownJdk ? OWN_JDK_SUFFIX : ""));
    }

    /**
     * The engines of a run beside peers: Dormouse with each code, one of them also on the own JDK, and the peers.
     *
     * @param asDefault the code that is also measured on the own JDK
     */
    public static List<EngineName> besidePeers(List<Code> codes, Code asDefault) {
        List<EngineName> engines = new ArrayList<>();
        codes.forEach(code -> engines.add(dormouse(code, false)));
        engines.add(dormouse(asDefault, true));
        engines.addAll(PEERS);
        return engines;
    }

    /** The engines of a run without peers: Dormouse with each code, on the own JDK. */
    public static List<EngineName> alone(List<Code> codes) {
        return codes.stream().map(code -> dormouse(code, true)).toList();
    }

    public boolean isDormouse() {
        return text.startsWith(OWN_PREFIX);
    }

    public boolean onOwnJdk() {
        return text.endsWith(OWN_JDK_SUFFIX);
    }

    /** Makes the engine, in a process of its own. */
    IndexEngine open() throws IOException {
        if (isDormouse()) {
            String code = text.substring(OWN_PREFIX.length()).replace(OWN_JDK_SUFFIX, "");
            return new DormouseEngine(Code.valueOf(code.toUpperCase(Locale.ROOT)));
        }
        if (!PEERS.contains(this)) {
            throw new IllegalArgumentException("engine '" + text + "' is unknown; expected dormouse-CODE or one of "
                    + Arrays.toString(PEERS.stream().map(EngineName::text).toArray()));
        }
        String adapter = text.startsWith("lucene") ? LUCENE_ADAPTER : JVECTOR_ADAPTER;
        return PeerCode.load(adapter, IndexEngine.Opener.class).open(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
