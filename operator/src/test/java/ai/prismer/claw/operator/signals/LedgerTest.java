package ai.prismer.claw.operator.signals;

import static ai.prismer.claw.operator.signals.Kubelet.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.status.Pressure;
import ai.prismer.claw.api.status.SignalRecord;
import ai.prismer.claw.gate.rule.RuleBook;
import ai.prismer.claw.gate.rule.Signal;
import ai.prismer.claw.gate.rule.SignalType;
import ai.prismer.claw.operator.bus.ChannelReport;
import ai.prismer.claw.operator.bus.ChannelReports;
import ai.prismer.claw.operator.signals.Ledger.Outlook;
import ai.prismer.claw.operator.signals.Loads.Load;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What becomes of one look after the other: news once, never twice, and nothing forgotten. */
class LedgerTest {
  private static final Ledger EMPTY = new Ledger(List.of(), List.of());
  private static final Instant EARLIER = NOW.minusSeconds(60);

  private static Outlook look(Ledger ledger, Instant now, Loads loads, Pod... pods) {
    return ledger.look(List.of(pods), loads, ChannelReports.UNKNOWN, RuleBook.DEFAULT, now);
  }

  private static Outlook look(Ledger ledger, Instant now, ChannelReports channels, Pod... pods) {
    return ledger.look(List.of(pods), Loads.UNKNOWN, channels, RuleBook.DEFAULT, now);
  }

  private static Outlook look(Ledger ledger, Instant now, Pod... pods) {
    return look(ledger, now, Loads.UNKNOWN, pods);
  }

  private static Pod with(ContainerStatus... containers) {
    Kubelet kubelet = Kubelet.of("p");
    for (ContainerStatus container : containers) {
      kubelet.container(container);
    }
    return kubelet.pod();
  }

  private static Pod killed(Instant at) {
    return with(Kubelet.ended("runtime", "OOMKilled", 137, at));
  }

  private static List<String> types(List<SignalRecord> signals) {
    return signals.stream().map(SignalRecord::type).toList();
  }

  // What happens

  @Test
  void aKillIsNewsOnceAndItsSuccessorAnother() {
    Outlook first = look(EMPTY, NOW, killed(EARLIER));
    Outlook again = look(first.next(), NOW.plusSeconds(5), killed(EARLIER));
    Outlook second = look(first.next(), NOW.plusSeconds(9), killed(NOW.plusSeconds(8)));

    assertThat(types(first.raised())).containsExactly("OOMKilled");
    assertThat(first.raised().getFirst().at()).isEqualTo(EARLIER.toString());
    assertThat(again.raised()).isEmpty();
    assertThat(again.next()).isEqualTo(first.next());
    assertThat(second.raised()).hasSize(1);
  }

  @Test
  void aKillFromANodeWhoseClockIsFastCountsFromWhenItWasSeen() {
    Instant ahead = NOW.plus(Duration.ofHours(2));
    Outlook first = look(EMPTY, NOW, killed(ahead));

    assertThat(first.raised().getFirst().at()).isEqualTo(NOW.toString());
    assertThat(look(first.next(), NOW.plus(Duration.ofHours(1)), killed(ahead)).raised())
        .as("and it is not news for ever")
        .isEmpty();
  }

  @Test
  void aKillThatIsOlderThanAnyRuleLooksBackIsNoNews() {
    assertThat(look(EMPTY, EARLIER.plus(Duration.ofMinutes(31)), killed(EARLIER)).raised())
        .isEmpty();
    assertThat(look(EMPTY, EARLIER.plus(Duration.ofMinutes(29)), killed(EARLIER)).raised())
        .hasSize(1);
  }

  @Test
  void aKillInASidecarIsSeenAndNamed() {
    Outlook outlook = look(EMPTY, NOW, with(Kubelet.ended("sidecar", "OOMKilled", 137, EARLIER)));

    assertThat(outlook.raised()).singleElement().extracting("container").isEqualTo("sidecar");
  }

  @Test
  void aKillIsOverOnceTheContainerRunsWellAgain() {
    Ledger open = look(EMPTY, NOW, killed(EARLIER)).next();
    Pod back = with(Kubelet.restarted("runtime", "OOMKilled", 137, EARLIER, false));
    Pod well = with(Kubelet.restarted("runtime", "OOMKilled", 137, EARLIER, true));

    assertThat(look(open, NOW, back).next().open()).hasSize(1);
    Outlook closed = look(open, NOW.plusSeconds(3), well);
    assertThat(closed.next().open()).isEmpty();
    assertThat(closed.next().signals().getFirst().endedAt())
        .isEqualTo(NOW.plusSeconds(3).toString());
    assertThat(closed.next().counted()).as("it still counts").hasSize(1);
    assertThat(closed.raised()).isEmpty();
  }

  @Test
  void whatHappenedInAPodThatIsGoneIsOver() {
    Ledger open = look(EMPTY, NOW, killed(EARLIER)).next();

    assertThat(look(open, NOW).next().open()).isEmpty();
    assertThat(look(open, NOW, Kubelet.of("other").pod()).next().open()).isEmpty();
  }

  // What happens often

  @Test
  void threeRestartsInFiveMinutesAreNoCrashLoopAndTheFourthIs() {
    Ledger ledger = EMPTY;
    for (int restart = 1; restart <= 3; restart++) {
      Instant at = NOW.plusSeconds(60L * restart);
      Outlook outlook = look(ledger, at, crashed(at));
      assertThat(outlook.raised()).isEmpty();
      ledger = outlook.next();
    }
    Instant fourth = NOW.plusSeconds(240);

    assertThat(types(look(ledger, fourth, crashed(fourth)).raised())).containsExactly("CrashLoop");
    Instant late = NOW.plusSeconds(60 + 300);
    assertThat(look(ledger, late, crashed(late)).raised()).isEmpty();
  }

  private static Pod crashed(Instant at) {
    return with(Kubelet.restarted("sidecar", "Error", 1, at, true));
  }

  @Test
  void aRestartThatWasSeenBeforeIsNotCountedAgain() {
    Ledger ledger = look(EMPTY, NOW, crashed(EARLIER)).next();

    for (int second = 0; second < 10; second++) {
      Outlook again = look(ledger, NOW.plusSeconds(second), crashed(EARLIER));
      assertThat(again.raised()).isEmpty();
      assertThat(again.next()).isEqualTo(ledger);
    }
  }

  @Test
  void aLongerRowOfRestartsIsASignalEachTime() {
    Ledger ledger = EMPTY;
    for (int restart = 1; restart <= 8; restart++) {
      Instant at = NOW.plusSeconds(30L * restart);
      ledger = look(ledger, at, crashed(at)).next();
    }

    assertThat(types(ledger.signals()))
        .containsExactly("CrashLoop", "CrashLoop", "CrashLoop", "CrashLoop", "CrashLoop");
  }

  @Test
  void aContainerThatWaitsForItsNextStartIsInACrashLoopAtOnce() {
    Pod looping = with(Kubelet.looping("runtime", "Error", 1, EARLIER));

    Outlook outlook = look(EMPTY, NOW, looping);

    assertThat(types(outlook.raised())).containsExactly("CrashLoop");
    assertThat(outlook.next().emerging()).isEmpty();
    assertThat(look(outlook.next(), NOW, looping).next()).isEqualTo(outlook.next());
  }

  @Test
  void anEndForWantOfMemoryIsNoCrashLoopHoweverLongItWaits() {
    assertThat(
            types(
                look(EMPTY, NOW, with(Kubelet.looping("runtime", "OOMKilled", 137, EARLIER)))
                    .raised()))
        .containsExactly("OOMKilled");
  }

  // What lasts

  private static Loads memory(long limit, @Nullable Instant aboveSince) {
    return new Loads(
        Map.of("p", List.of(new Load(SignalType.HIGH_MEMORY, "runtime", limit, aboveSince))));
  }

  private static Pod well() {
    return with(Kubelet.running("runtime", "containerd://1", true, NOW));
  }

  @Test
  void aThresholdThatIsCrossedForFiveMinutesIsASignal() {
    Outlook crossed = look(EMPTY, NOW.plusSeconds(10), memory(64, NOW), well());
    assertThat(crossed.raised()).isEmpty();
    assertThat(crossed.due()).isEqualTo(NOW.plusSeconds(300));
    assertThat(crossed.next().emerging()).hasSize(1);
    Ledger ledger = crossed.next();

    Outlook early = look(ledger, NOW.plusMillis(299_999), memory(64, NOW), well());
    Outlook due = look(ledger, NOW.plusSeconds(300), memory(64, NOW), well());

    assertThat(early.raised()).isEmpty();
    assertThat(early.next()).as("nothing is written in between").isEqualTo(ledger);
    assertThat(types(due.raised())).containsExactly("HighMemory");
    assertThat(due.raised().getFirst().since()).isEqualTo(NOW.toString());
    assertThat(due.raised().getFirst().at()).isEqualTo(NOW.plusSeconds(300).toString());
    assertThat(due.next().emerging()).isEmpty();
    assertThat(due.due()).isNull();
  }

  @Test
  void anotherOperatorGoesOnFromTheBeginningThatIsWrittenDown() {
    Ledger ledger = look(EMPTY, NOW.plusSeconds(10), memory(64, NOW), well()).next();
    Instant later = NOW.plusSeconds(290);

    assertThat(look(ledger, later, Loads.UNKNOWN, well()).next())
        .as("who has not measured yet changes nothing")
        .isEqualTo(ledger);
    assertThat(look(ledger, later, memory(64, later.minusSeconds(5)), well()).due())
        .isEqualTo(NOW.plusSeconds(300));
  }

  @Test
  void oneMeasurementBelowBeginsTheTimeAnew() {
    Ledger ledger = look(EMPTY, NOW.plusSeconds(10), memory(64, NOW), well()).next();
    Ledger below = look(ledger, NOW.plusSeconds(20), memory(64, null), well()).next();

    assertThat(below.emerging()).isEmpty();
    assertThat(look(below, NOW.plusSeconds(310), memory(64, NOW.plusSeconds(305)), well()).due())
        .isEqualTo(NOW.plusSeconds(605));
  }

  @Test
  void aSignalGoesOnWhileNobodyKnowsBetterAndEndsAtTheFirstMeasurementBelow() {
    Ledger raised = look(EMPTY, NOW.plusSeconds(300), memory(64, NOW), well()).next();

    assertThat(raised.open()).singleElement().extracting(Signal::course).hasToString("LASTS");
    assertThat(look(raised, NOW.plusSeconds(400), Loads.UNKNOWN, well()).next()).isEqualTo(raised);
    Ledger over = look(raised, NOW.plusSeconds(400), memory(64, null), well()).next();
    assertThat(over.open()).isEmpty();
    assertThat(over.counted()).singleElement().extracting(Signal::course).hasToString("ENDED");
  }

  private static ChannelReports slack(@Nullable Instant awaySince) {
    return new ChannelReports(
        Map.of("p", Map.of("slack", new ChannelReport(awaySince, Pressure.NORMAL, 0))));
  }

  @Test
  void aChannelThatIsAwayForFiveMinutesIsASignalAboutItsSidecar() {
    Ledger away = look(EMPTY, NOW.plusSeconds(40), slack(NOW), well()).next();
    Outlook due = look(away, NOW.plusSeconds(300), slack(NOW), well());

    assertThat(away.signals()).isEmpty();
    assertThat(away.emerging()).singleElement().extracting(SignalRecord::at).hasToString(NOW + "");
    assertThat(types(due.raised())).containsExactly("ChannelDisconnect");
    assertThat(due.raised().getFirst().container()).isEqualTo("channel-slack");
    assertThat(due.raised().getFirst().detail())
        .isEqualTo("the bus has no connection from channel slack");
    assertThat(look(due.next(), NOW.plusSeconds(330), slack(NOW), well()).next())
        .as("nothing is written while it goes on")
        .isEqualTo(due.next());
  }

  @Test
  void aChannelIsAwayUntilItsBusSaysOtherwise() {
    Ledger raised = look(EMPTY, NOW.plusSeconds(300), slack(NOW), well()).next();

    assertThat(look(raised, NOW.plusSeconds(400), ChannelReports.UNKNOWN, well()).next())
        .as("a bus that cannot be asked changes nothing")
        .isEqualTo(raised);
    Ledger back = look(raised, NOW.plusSeconds(400), slack(null), well()).next();
    assertThat(back.open()).isEmpty();
    assertThat(back.counted()).singleElement().extracting(Signal::course).hasToString("ENDED");
  }

  @Test
  void aChannelThatIsBackInTimeLeavesNothingBehind() {
    Ledger away = look(EMPTY, NOW.plusSeconds(40), slack(NOW), well()).next();

    assertThat(look(away, NOW.plusSeconds(60), slack(null), well()).next()).isEqualTo(EMPTY);
  }

  @Test
  void aNewLimitIsANewThreshold() {
    Ledger raised = look(EMPTY, NOW.plusSeconds(300), memory(64, NOW), well()).next();

    Outlook higher = look(raised, NOW.plusSeconds(360), memory(96, NOW.plusSeconds(350)), well());

    assertThat(higher.next().open()).isEmpty();
    assertThat(higher.next().emerging()).hasSize(1);
    assertThat(higher.due()).isEqualTo(NOW.plusSeconds(650));
  }

  @Test
  void theSameStateThatComesBackIsAnotherSignal() {
    Ledger ledger = look(EMPTY, NOW.plusSeconds(300), memory(64, NOW), well()).next();
    ledger = look(ledger, NOW.plusSeconds(310), memory(64, null), well()).next();
    ledger = look(ledger, NOW.plusSeconds(700), memory(64, NOW.plusSeconds(400)), well()).next();

    assertThat(ledger.counted()).extracting(Signal::key).doesNotHaveDuplicates().hasSize(2);
  }

  // Bounds

  @Test
  void aNoisySidecarNeitherGrowsTheStatusNorPushesAnythingOut() {
    Ledger ledger = look(EMPTY, NOW, killed(EARLIER)).next();
    for (int kill = 1; kill <= 100; kill++) {
      Instant at = NOW.plusSeconds(kill);
      ledger =
          look(
                  ledger,
                  at,
                  with(
                      Kubelet.ended("runtime", "OOMKilled", 137, EARLIER),
                      Kubelet.ended("sidecar", "OOMKilled", 137, at)))
              .next();
    }

    assertThat(ledger.signals()).hasSize(11);
    assertThat(ledger.signals()).filteredOn(one -> "runtime".equals(one.container())).hasSize(1);
    assertThat(ledger.signals().getLast().at()).isEqualTo(NOW.plusSeconds(100).toString());
  }

  @Test
  void moreThanFitsIsNotWrittenAgainAndAgain() {
    Pod[] crowd = new Pod[60];
    for (int i = 0; i < crowd.length; i++) {
      crowd[i] =
          Kubelet.of("p" + i)
              .container(Kubelet.ended("runtime", "OOMKilled", 137, EARLIER.plusSeconds(i)))
              .pod();
    }
    Ledger full = look(EMPTY, NOW.plusSeconds(100), crowd).next();

    assertThat(full.signals()).hasSizeLessThanOrEqualTo(64);
    Outlook again = look(full, NOW.plusSeconds(101), crowd);
    assertThat(again.next()).isEqualTo(full);
    assertThat(again.raised()).isEmpty();
  }

  @Test
  void whatIsTooOldGoesOnlyWhenSomethingElseIsWritten() {
    Ledger ledger = look(EMPTY, NOW, killed(EARLIER)).next();
    ledger =
        look(ledger, NOW, with(Kubelet.restarted("runtime", "OOMKilled", 137, EARLIER, true)))
            .next();
    Instant later = NOW.plus(Duration.ofHours(2));

    assertThat(look(ledger, later, well()).next()).isEqualTo(ledger);
    assertThat(look(ledger, later, killed(later)).next().signals()).hasSize(1);
  }

  @Test
  void nobodysWordsAreLongerThanTheirPlaceOrMoveTheCursor() {
    Pod pod =
        Kubelet.of("p")
            .phase("Failed", "Evicted", "\u001b[2J" + "\u202e".repeat(4000))
            .condition("DisruptionTarget", "True", "TerminationByKubelet", EARLIER)
            .pod();

    String detail = Objects.requireNonNull(look(EMPTY, NOW, pod).raised().getFirst().detail());

    assertThat(detail).hasSizeLessThanOrEqualTo(256).doesNotContain("\u001b", "\u202e");
  }
}
