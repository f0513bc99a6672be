package ai.prismer.claw.e2e;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of docs/architecture.md: contract ← api ← gate ← operator, cli. */
@AnalyzeClasses(packages = "ai.prismer.claw", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "ai.prismer.claw.";

  @ArchTest
  static final ArchRule contractKnowsNothingButTheJdk =
      classes()
          .that()
          .resideInAPackage(ROOT + "contract..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", "org.jspecify..", ROOT + "contract..");

  @ArchTest
  static final ArchRule apiKnowsOnlyContract =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "api..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              ROOT + "gate..", ROOT + "operator..", ROOT + "cli..", ROOT + "testkit..");

  @ArchTest
  static final ArchRule theGateIsPure =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "gate..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.fabric8.kubernetes.client..",
              "java.net..",
              "java.nio.file..",
              ROOT + "operator..",
              ROOT + "cli..",
              ROOT + "testkit..");

  @ArchTest
  static final ArchRule theModelNeverImportsAClient =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "operator.model..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.fabric8.kubernetes.client..", "io.javaoperatorsdk..");

  @ArchTest
  static final ArchRule onlyTheRuntimeRoomKnowsTheFramework =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "operator.runtime..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.javaoperatorsdk..");

  @ArchTest
  static final ArchRule theAgentsProgramsSeeOnlyContract =
      noClasses()
          .that()
          .resideInAnyPackage(ROOT + "openclaw..", ROOT + "bus..", ROOT + "channel..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOT + "api..", ROOT + "gate..", ROOT + "operator..", ROOT + "cli..");

  @ArchTest
  static final ArchRule aChannelTalksToTheBusThroughItsSocketOnly =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "channel..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOT + "bus..", ROOT + "openclaw..");

  @ArchTest
  static final ArchRule nothingThatShipsKnowsTheTestKit =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT + "testkit..", ROOT + "bench..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT + "testkit..");

  @ArchTest
  static final ArchRule roomsOfTheOperatorFormNoCircle =
      slices().matching(ROOT + "operator.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule namesSayWhatAClassIs =
      noClasses()
          .should()
          .haveNameMatching(".*(Impl|Manager|Util|Utils|Helper|Helpers)")
          .because("such a name says nothing about the one idea of the class");
}
