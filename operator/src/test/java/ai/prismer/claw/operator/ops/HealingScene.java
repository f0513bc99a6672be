package ai.prismer.claw.operator.ops;

import ai.prismer.claw.operator.runtime.ClawOperator;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What most tests of healing begin with: the chart installed, a bed of their own, one operator. */
abstract class HealingScene {
  @RegisterExtension
  @Order(1)
  static final ApiServer server = new ApiServer();

  @RegisterExtension
  @Order(2)
  static final InstalledChart chart = new InstalledChart(server);

  final TestClock clock = new TestClock();
  HealingBed bed;
  ClawOperator operator;

  @BeforeEach
  void startOperator() {
    bed = new HealingBed(server, chart);
    operator = bed.operators.start(clock);
  }

  @AfterEach
  void closeBed() {
    bed.close();
  }
}
