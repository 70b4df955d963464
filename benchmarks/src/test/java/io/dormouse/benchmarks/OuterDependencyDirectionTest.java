// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The outer modules lean on the inner ones and never the other way; the inner direction is tested in jobs. */
@AnalyzeClasses(packages = "io.dormouse", importOptions = ImportOption.DoNotIncludeTests.class)
final class OuterDependencyDirectionTest {
    private static final String CLUSTER = "io.dormouse.cluster..";
    private static final String OBJECT_STORE = "io.dormouse.objectstore..";
    private static final String PROCESS = "io.dormouse.process..";

    @ArchTest
    static final ArchRule nothingLeansOnBenchmarks = noClasses()
            .that()
            .resideOutsideOfPackage("io.dormouse.benchmarks..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.dormouse.benchmarks..");

    @ArchTest
    static final ArchRule onlyBenchmarksLeansOnLocal = noClasses()
            .that()
            .resideOutsideOfPackages("io.dormouse.benchmarks..", "io.dormouse.local..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.dormouse.local..");

    @ArchTest
    static final ArchRule onlyLocalAndBenchmarksLeanOnServers = noClasses()
            .that()
            .resideOutsideOfPackages("io.dormouse.benchmarks..", "io.dormouse.local..", CLUSTER, OBJECT_STORE, PROCESS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(CLUSTER, OBJECT_STORE, PROCESS);

    /** What they start runs in processes of its own, with class paths of its own. */
    @ArchTest
    static final ArchRule serversAreStartedByTheJdkAlone = classes()
            .that()
            .resideInAnyPackage(CLUSTER, OBJECT_STORE, PROCESS)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..", "com.sun.net.httpserver..", "com.fasterxml.jackson..", CLUSTER, OBJECT_STORE, PROCESS);

    @ArchTest
    static final ArchRule theObjectStoreKnowsNoCluster = noClasses()
            .that()
            .resideInAnyPackage(OBJECT_STORE, PROCESS)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(CLUSTER);
}
