// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class ReadmeExamplesTest {
    private static final Pattern EXAMPLE = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);

    @Test
    void everyJsonExampleIsARecordOfItsTopic() throws Exception {
        List<String> examples = EXAMPLE.matcher(Files.readString(Path.of("README.md")))
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
        List<WireCodec<?>> codecs = List.of(
                WireCodec.INGEST,
                WireCodec.INGEST,
                WireCodec.QUERY,
                WireCodec.RESULT,
                WireCodec.COMMAND,
                WireCodec.EVENT,
                WireCodec.DEAD_LETTER,
                WireCodec.ACCESS);
        RecordValidator validator = new RecordValidator(Limits.DEFAULTS);

        assertThat(examples).hasSameSizeAs(codecs);
        for (int i = 0; i < examples.size(); i++) {
            Object record = codecs.get(i).decode(examples.get(i).getBytes(UTF_8), WireFormat.AUTO);
            if (record instanceof IngestRecord ingest) {
                assertThat(validator.check(ingest)).isNull();
            } else if (record instanceof QueryRecord query) {
                assertThat(validator.check(query)).isNull();
                assertThat(Vectors.toFloats(query.getVector())).containsExactly(0.1f, -2.5f, 0.75f);
            } else if (record instanceof NamespaceCommand command) {
                assertThat(validator.check(command)).isNull();
            }
        }
    }
}
