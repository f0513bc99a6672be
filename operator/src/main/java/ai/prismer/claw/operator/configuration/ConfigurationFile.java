package ai.prismer.claw.operator.configuration;

import ai.prismer.claw.contract.Durations;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;

/** Reads the configuration file. */
public final class ConfigurationFile {

  private static final ObjectMapper MAPPER =
      new ObjectMapper(new YAMLFactory())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .registerModule(new SimpleModule().addDeserializer(Duration.class, new GoDuration()));

  private ConfigurationFile() {}

  /**
   * Reads and checks a file; an empty one is everything by default.
   *
   * @throws IllegalArgumentException with one sentence that names file, field and what is allowed
   */
  public static OperatorConfiguration read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(
          "configuration file " + file + " cannot be read: " + unreadable, unreadable);
    }
    try {
      return parse(text);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(
          "configuration file " + file + ": " + wrong.getMessage(), wrong);
    }
  }

  static OperatorConfiguration parse(String yaml) {
    try {
      OperatorConfiguration read =
          yaml.isBlank() ? null : MAPPER.readValue(yaml, OperatorConfiguration.class);
      return read == null ? OperatorConfiguration.DEFAULT : read;
    } catch (UnrecognizedPropertyException unknown) {
      throw new IllegalArgumentException(
          "unknown setting \""
              + path(unknown)
              + "\"; here there are "
              + unknown.getKnownPropertyIds().stream()
                  .map(String::valueOf)
                  .sorted()
                  .collect(Collectors.joining(", ")),
          unknown);
    } catch (JsonMappingException wrong) {
      Throwable cause = wrong.getCause();
      throw new IllegalArgumentException(
          cause instanceof IllegalArgumentException
              ? String.valueOf(cause.getMessage())
              : path(wrong) + ": " + wrong.getOriginalMessage(),
          wrong);
    } catch (JsonProcessingException wrong) {
      throw new IllegalArgumentException("no YAML: " + wrong.getOriginalMessage(), wrong);
    }
  }

  private static String path(JsonMappingException wrong) {
    return wrong.getPath().stream()
        .map(
            part -> part.getFieldName() == null ? "[" + part.getIndex() + "]" : part.getFieldName())
        .collect(Collectors.joining("."));
  }

  /** Durations are written like everywhere in Kubernetes: {@code 10m}, {@code 1h30m}. */
  private static final class GoDuration extends StdDeserializer<Duration> {
    GoDuration() {
      super(Duration.class);
    }

    @Override
    public Duration deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      try {
        return Durations.parse(parser.getText());
      } catch (IllegalArgumentException wrong) {
        throw JsonMappingException.from(parser, String.valueOf(wrong.getMessage()));
      }
    }
  }
}
