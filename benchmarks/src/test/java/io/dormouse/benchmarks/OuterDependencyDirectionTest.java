// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The outer modules lean on the inner ones and never the other way; the inner direction is tested in jobs. */
@AnalyzeClasses(packages = "io.dormouse", importOptions = ImportOption.DoNotIncludeTests.class)
final class OuterDependencyDirectionTest {
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
    static final ArchRule onlyLocalAndBenchmarksLeanOnTheObjectStore = noClasses()
            .that()
            .resideOutsideOfPackages("io.dormouse.benchmarks..", "io.dormouse.local..", "io.dormouse.objectstore..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.dormouse.objectstore..");

    @ArchTest
    static final ArchRule theObjectStoreLeansOnNothingOfOurs = noClasses()
            .that()
            .resideInAPackage("io.dormouse.objectstore..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.dormouse.benchmarks..",
                    "io.dormouse.local..",
                    "io.dormouse.jobs..",
                    "io.dormouse.operators..",
                    "io.dormouse.state..",
                    "io.dormouse.schema..");
}
