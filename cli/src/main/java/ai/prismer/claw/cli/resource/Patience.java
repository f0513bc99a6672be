package ai.prismer.claw.cli.resource;

import ai.prismer.claw.api.rules.Durations;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the value of {@code --timeout}: 30s, 5m, 1h30m; 0s waits for nothing. */
public final class Patience implements ITypeConverter<Duration> {
  @Override
  public Duration convert(String value) {
    try {
      return Durations.parse(value);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
