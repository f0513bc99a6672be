package ai.prismer.claw.operator.ops;

import ai.prismer.claw.operator.audit.Lifeline;
import ai.prismer.claw.operator.configuration.Companion;
import ai.prismer.claw.operator.configuration.OperatorConfiguration;
import ai.prismer.claw.operator.configuration.OperatorConfiguration.Audit;
import ai.prismer.claw.operator.configuration.OperatorConfiguration.Kubelet;
import ai.prismer.claw.operator.configuration.OperatorConfiguration.MeteringSources;
import ai.prismer.claw.operator.runtime.ClawOperator;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/** The operators at work in one cluster, each with the token of the chart's account. */
final class Operators implements AutoCloseable {
  private static final MeteringSources UNMEASURED =
      new MeteringSources(false, new Kubelet(false, null, null, null));

  private final ApiServer server;
  private final InstalledChart chart;
  private final List<ClawOperator> running = new ArrayList<>();

  Operators(ApiServer server, InstalledChart chart) {
    this.server = server;
    this.chart = chart;
  }

  ClawOperator start(TestClock clock, Lifeline... lifelines) {
    return start(clock, UNMEASURED, List.of(), Audit.DEFAULT, lifelines);
  }

  ClawOperator start(TestClock clock, Audit audit, Lifeline... lifelines) {
    return start(clock, UNMEASURED, List.of(), audit, lifelines);
  }

  ClawOperator start(TestClock clock, MeteringSources metering, Lifeline... lifelines) {
    return start(clock, metering, List.of(), Audit.DEFAULT, lifelines);
  }

  ClawOperator start(TestClock clock, List<Companion> companions, Lifeline... lifelines) {
    return start(clock, UNMEASURED, companions, Audit.DEFAULT, lifelines);
  }

  private ClawOperator start(
      TestClock clock,
      MeteringSources metering,
      List<Companion> companions,
      Audit audit,
      Lifeline... lifelines) {
    ClawOperator operator =
        ClawOperator.start(
            new ClawOperator.Setting(
                server.configForServiceAccount(chart.namespace(), "k8s4claw"),
                new OperatorConfiguration(
                    null, null, null, null, null, metering, companions, false, 0, audit),
                chart.namespace(),
                "operator-" + running.size(),
                clock,
                new SecureRandom(),
                List.of(lifelines)));
    running.add(operator);
    return operator;
  }

  void stop(ClawOperator operator) {
    running.remove(operator);
    operator.close();
  }

  @Override
  public void close() {
    running.forEach(ClawOperator::close);
  }
}
