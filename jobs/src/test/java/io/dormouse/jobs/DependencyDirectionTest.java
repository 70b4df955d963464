// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Dependencies run one way: jobs, operators, state; schemas stands under jobs and operators. */
@AnalyzeClasses(packages = "io.dormouse", importOptions = DoNotIncludeTests.class)
class DependencyDirectionTest {
    private static final String STATE = "io.dormouse.state..";
    private static final String SCHEMAS = "io.dormouse.schema..";
    private static final String OPERATORS = "io.dormouse.operators..";
    private static final String JOBS = "io.dormouse.jobs..";

    @ArchTest
    static final ArchRule stateKnowsNeitherFlinkNorTheOtherModules = noClasses()
            .that()
            .resideInAPackage(STATE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.flink..", "org.apache.avro..", SCHEMAS, OPERATORS, JOBS);

    @ArchTest
    static final ArchRule schemasKnowNeitherFlinkNorTheMemory = noClasses()
            .that()
            .resideInAPackage(SCHEMAS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.flink..", STATE, OPERATORS, JOBS);

    @ArchTest
    static final ArchRule operatorsKnowNoJobAndNoKafka = noClasses()
            .that()
            .resideInAPackage(OPERATORS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(JOBS, "org.apache.kafka..", "org.apache.flink.connector..");

    @ArchTest
    static final ArchRule onlyTheColdStoreKnowsAmazonsClient = noClasses()
            .that()
            .resideOutsideOfPackage("io.dormouse.operators.cold..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("software.amazon..");

    @ArchTest
    static final ArchRule onlyTheSimdPackageUsesTheIncubatorModule = noClasses()
            .that()
            .resideOutsideOfPackage("io.dormouse.state.kernel.simd..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jdk.incubator.vector..");

    @ArchTest
    static final ArchRule theEvictionPolicyIsPure = classes()
            .that()
            .resideInAPackage("io.dormouse.state.cache.policy..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("io.dormouse.state.cache.policy..", "java.lang", "java.util");

    @ArchTest
    static final ArchRule thePackagesSpokenOfAreThere = classes()
            .that()
            .haveSimpleName("SimdFloat32")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jdk.incubator.vector..");
}
