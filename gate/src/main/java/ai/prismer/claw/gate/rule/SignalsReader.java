package ai.prismer.claw.gate.rule;

import ai.prismer.claw.gate.rule.SignalSettings.Burst;
import ai.prismer.claw.gate.rule.SignalSettings.Saturation;
import ai.prismer.claw.gate.text.ForeignText;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** Changes the settings of signals as they are written, one type at a time. */
final class SignalsReader {
  private final Map<SignalType, Severity> severities = new EnumMap<>(SignalType.class);
  private Burst crashLoop = SignalSettings.DEFAULT.crashLoop();
  private Duration evicted = SignalSettings.DEFAULT.evicted();
  private Saturation highMemory = SignalSettings.DEFAULT.highMemory();
  private Saturation highCpu = SignalSettings.DEFAULT.highCpu();
  private Duration podPending = SignalSettings.DEFAULT.podPending();
  private Burst livenessKills = SignalSettings.DEFAULT.livenessKills();
  private Duration notReady = SignalSettings.DEFAULT.notReady();
  private Duration channelDisconnect = SignalSettings.DEFAULT.channelDisconnect();

  SignalSettings settings() {
    return new SignalSettings(
        severities,
        crashLoop,
        evicted,
        highMemory,
        highCpu,
        podPending,
        livenessKills,
        notReady,
        channelDisconnect);
  }

  /**
   * Reads the settings of one type; none of them takes effect if one does not fit.
   *
   * @throws Misfit at the first one that does not fit
   */
  void read(YamlNode.Key key) throws Misfit {
    SignalType type =
        SignalType.of(key.name())
            .orElseThrow(() ->
                new Misfit(
                    key.line(),
                    ForeignText.line(key.name(), 64),
                    "there is no such signal; there are "
                        + Fields.names(SignalType.values(), SignalType::id)));
    Fields fields = Fields.of(key.value(), "the setting of a signal", known(type));
    Severity severity = fields.severity("severity", type.severity());
    switch (type) {
      case OOM_KILLED -> {}
      case CRASH_LOOP -> crashLoop = burst(fields, crashLoop);
      case EVICTED -> evicted = fields.duration("for", evicted);
      case HIGH_MEMORY -> highMemory = saturation(fields, highMemory);
      case HIGH_CPU -> highCpu = saturation(fields, highCpu);
      case POD_PENDING -> podPending = fields.duration("for", podPending);
      case PROBE_FAILURE -> {
        Duration lasting = fields.duration("for", notReady);
        livenessKills = burst(fields, livenessKills);
        notReady = lasting;
      }
      case CHANNEL_DISCONNECT -> channelDisconnect = fields.duration("for", channelDisconnect);
    }
    severities.put(type, severity);
  }

  private static Set<String> known(SignalType type) {
    return switch (type) {
      case OOM_KILLED -> Set.of("severity");
      case CRASH_LOOP -> Set.of("severity", "above", "within");
      case EVICTED, POD_PENDING, CHANNEL_DISCONNECT -> Set.of("severity", "for");
      case HIGH_MEMORY, HIGH_CPU -> Set.of("severity", "above", "for");
      case PROBE_FAILURE -> Set.of("severity", "above", "within", "for");
    };
  }

  private static Burst burst(Fields fields, Burst absent) throws Misfit {
    return new Burst(
        fields.number("above", absent.more(), 0, Rule.MAX_COUNT),
        fields.duration("within", absent.within()));
  }

  private static Saturation saturation(Fields fields, Saturation absent) throws Misfit {
    return new Saturation(
        fields.decimal(
            "above",
            absent.above(),
            share -> share.signum() > 0 && share.compareTo(BigDecimal.ONE) < 0,
            "a share of the limit above 0 and below 1, such as 0.9"),
        fields.duration("for", absent.lasting()));
  }
}
