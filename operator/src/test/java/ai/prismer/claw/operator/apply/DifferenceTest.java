package ai.prismer.claw.operator.apply;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DifferenceTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @ParameterizedTest(name = "{0} in {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":1} | {\"a\":1,\"b\":2}",
        "{\"a\":\"\"} | {}",
        "{\"a\":[]} | {}",
        "{\"a\":{}} | {}",
        "{\"a\":null} | {\"a\":5}",
        "{\"limits\":{\"cpu\":\"0.5\"}} | {\"limits\":{\"cpu\":\"500m\"}}",
        "{\"requests\":{\"memory\":\"1Gi\"}} | {\"requests\":{\"memory\":\"1024Mi\"}}",
        "{\"env\":[{\"name\":\"A\",\"value\":\"\"}]} | {\"env\":[{\"name\":\"A\"}]}",
        "{\"env\":[{\"name\":\"B\"},{\"name\":\"A\"}]} | {\"env\":[{\"name\":\"A\"},{\"name\":\"B\"},{\"name\":\"C\"}]}",
        "{\"volumeMounts\":[{\"mountPath\":\"/a\",\"name\":\"v\"}]} | {\"volumeMounts\":[{\"mountPath\":\"/b\",\"name\":\"v\"},{\"mountPath\":\"/a\",\"name\":\"v\"}]}",
        "{\"egress\":[{\"to\":[{\"x\":1}]}]} | {\"egress\":[{\"to\":[{\"x\":1,\"default\":true}]}]}",
        "{\"n\":1} | {\"n\":1.0}",
      })
  void meansTheSame(String desired, String actual) {
    assertThat(first(desired, actual)).isEmpty();
  }

  @ParameterizedTest(name = "{0} in {1}: {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":1} | {} | a",
        "{\"a\":false} | {} | a",
        "{\"a\":{\"b\":\"x\"}} | {\"a\":{\"b\":\"y\"}} | a.b",
        "{\"limits\":{\"cpu\":\"0.5\"}} | {\"limits\":{\"cpu\":\"501m\"}} | limits.cpu",
        "{\"env\":[{\"name\":\"A\",\"value\":\"1\"}]} | {\"env\":[{\"name\":\"A\",\"value\":\"2\"}]} | env[A].value",
        "{\"env\":[{\"name\":\"A\"}]} | {\"env\":[{\"name\":\"B\"}]} | env[A]",
        "{\"egress\":[{\"x\":1}]} | {\"egress\":[{\"x\":1},{\"x\":2}]} | egress",
        "{\"args\":[\"a\",\"b\"]} | {\"args\":[\"b\",\"a\"]} | args[0]",
        "{\"value\":\"0.5\"} | {\"value\":\"500m\"} | value",
      })
  void namesTheFirstFieldThatDiffers(String desired, String actual, String path) {
    assertThat(first(desired, actual)).contains(path);
  }

  private static Optional<String> first(String desired, String actual) {
    try {
      return Difference.first(MAPPER.readTree(desired), MAPPER.readTree(actual));
    } catch (JsonProcessingException wrong) {
      throw new IllegalArgumentException(wrong);
    }
  }
}
