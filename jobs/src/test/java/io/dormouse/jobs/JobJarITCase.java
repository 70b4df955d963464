// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.objectstore.ObjectStoreProcess;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.File;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The one jar that is submitted: all of ours is in it, nothing of Flink's, and it runs with Flink's jars alone. */
class JobJarITCase {
    private static final Path JAR = Path.of(System.getProperty("dormouse.jobJar", "target/dormouse-job.jar"));
    private static final long BYTES_MAX = 200L << 20;
    private static final int JAVA_17_CLASS_VERSION = 61;

    @Test
    void everythingThatFlinkDoesNotBringIsInIt() throws Exception {
        assertThat(entries())
                .contains(
                        "io/dormouse/jobs/RetrievalJob.class",
                        "io/dormouse/operators/memory/PagedMemoryOperator.class",
                        "io/dormouse/state/PagedMemory.class",
                        "io/dormouse/state/kernel/simd/SimdFloat32.class",
                        "io/dormouse/schema/QueryRecord.class",
                        "io/dormouse/shaded/avro/Schema.class",
                        "io/dormouse/shaded/jackson/core/JsonFactory.class",
                        "io/dormouse/shaded/hppc/LongObjectHashMap.class",
                        "org/apache/flink/connector/kafka/source/KafkaSource.class",
                        "org/apache/kafka/clients/producer/KafkaProducer.class",
                        "META-INF/LICENSE-dormouse",
                        "META-INF/NOTICE");
    }

    @Test
    void nothingThatFlinkBringsAndNoTestLibraryIsInIt() throws Exception {
        assertThat(entries())
                .noneMatch(name -> name.startsWith("org/apache/flink/runtime/")
                        || name.startsWith("org/apache/flink/streaming/api/")
                        || name.startsWith("org/apache/flink/api/")
                        || name.startsWith("org/slf4j/")
                        || name.startsWith("org/apache/logging/")
                        || name.startsWith("kafka/") && name.endsWith(".class")
                        || name.startsWith("org/rocksdb/")
                        || name.startsWith("org/junit/")
                        || name.startsWith("org/assertj/")
                        || name.startsWith("com/fasterxml/")
                        || name.startsWith("org/apache/avro/"))
                .noneMatch(name -> name.endsWith(".SF") || name.endsWith(".RSA") || name.endsWith("module-info.class"))
                .doesNotHaveDuplicates();
        assertThat(Files.size(JAR)).isLessThan(BYTES_MAX);
    }

    @Test
    void itsMainClassIsTheJob() throws Exception {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            assertThat(jar.getManifest().getMainAttributes().getValue("Main-Class"))
                    .isEqualTo("io.dormouse.jobs.RetrievalJob");
        }
    }

    @Test
    void everyClassRunsOnJava17() throws Exception {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            List<String> newer = new ArrayList<>();
            for (JarEntry entry : jar.stream().toList()) {
                if (!entry.getName().endsWith(".class")) {
                    continue;
                }
                try (DataInputStream in = new DataInputStream(jar.getInputStream(entry))) {
                    in.readInt();
                    in.readUnsignedShort();
                    if (in.readUnsignedShort() > JAVA_17_CLASS_VERSION) {
                        newer.add(entry.getName());
                    }
                }
            }
            assertThat(newer).isEmpty();
        }
    }

    @Test
    void withFlinksJarsBesideItTheJobPrintsItsHelp() throws Exception {
        PrintStream out = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (URLClassLoader loader = jarAndFlink()) {
            Class<?> job = loader.loadClass("io.dormouse.jobs.RetrievalJob");
            assertThat(job.getProtectionDomain().getCodeSource().getLocation())
                    .isEqualTo(JAR.toUri().toURL());
            System.setOut(new PrintStream(printed, true, UTF_8));
            job.getMethod("main", String[].class).invoke(null, (Object) new String[] {"--help"});
            Class<?> codec = loader.loadClass("io.dormouse.schema.WireCodec");
            assertThat(codec.getField("INGEST").get(null)).isNotNull();
        } finally {
            System.setOut(out);
        }
        assertThat(printed.toString(UTF_8)).contains("--kafka.bootstrap-servers (default localhost:9092)");
    }

    @Test
    void withFlinksJarsBesideItItReachesAnS3Server(@TempDir Path folder) throws Exception {
        byte[] object = {1, 2, 3, 4};
        try (ObjectStoreProcess server = ObjectStoreProcess.start(folder);
                URLClassLoader loader = jarAndFlink()) {
            server.createBucket("cold");
            Class<?> configuration = loader.loadClass("org.apache.flink.configuration.Configuration");
            Object cluster = configuration.getMethod("fromMap", Map.class).invoke(null, server.flinkOptions());
            Class<?> timeouts = loader.loadClass("io.dormouse.operators.cold.ColdTimeouts");
            Object store = loader.loadClass("io.dormouse.operators.cold.ColdStores")
                    .getMethod("open", String.class, configuration, timeouts)
                    .invoke(
                            null,
                            "s3://cold/memory",
                            cluster,
                            timeouts.getField("DEFAULT").get(null));
            Class<?> seam = loader.loadClass("io.dormouse.state.cold.ColdStore");
            seam.getMethod("put", String.class, byte[].class).invoke(store, "ab12", object);
            assertThat(seam.getMethod("read", String.class, long.class, int.class)
                            .invoke(store, "ab12", 1L, 2))
                    .isEqualTo(new byte[] {2, 3});
            seam.getMethod("close").invoke(store);
            // Found by reflection when a pod has the credentials of a service account.
            loader.loadClass("software.amazon.awssdk.services.sts.internal.StsWebIdentityCredentialsProviderFactory");
        }
    }

    /** The job's jar as a cluster's class loader sees it, nothing of this test's own class path but Flink. */
    private static URLClassLoader jarAndFlink() throws Exception {
        List<URL> urls = new ArrayList<>(List.of(JAR.toUri().toURL()));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (isFlinks(new File(entry).getName())) {
                urls.add(new File(entry).toURI().toURL());
            }
        }
        return new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
    }

    /** Whether a jar of the test's own class path is one that a Flink cluster has. */
    private static boolean isFlinks(String jar) {
        return jar.endsWith(".jar")
                && (jar.startsWith("flink-") && !jar.startsWith("flink-connector")
                        || jar.startsWith("slf4j-api")
                        || jar.startsWith("commons-")
                        || jar.startsWith("snakeyaml"));
    }

    private static List<String> entries() throws Exception {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            return jar.stream()
                    .map(JarEntry::getName)
                    .filter(name -> !name.endsWith("/"))
                    .toList();
        }
    }
}
