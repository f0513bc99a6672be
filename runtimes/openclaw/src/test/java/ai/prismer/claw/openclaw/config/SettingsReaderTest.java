package ai.prismer.claw.openclaw.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.prismer.claw.openclaw.config.Endpoint.Vendor;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsReaderTest {
  @TempDir private Path folder;

  @Test
  void theEnvironmentWinsOverTheFile() throws Exception {
    file("{'model':'claude-a','systemPrompt':'from the file','other':{'kept':true}}");

    Settings fromFile = read(Map.of("ANTHROPIC_API_KEY", "k"));
    assertThat(fromFile.endpoint().model()).isEqualTo("claude-a");
    assertThat(fromFile.systemPrompt()).contains("from the file");

    Settings both =
        read(
            Map.of(
                "ANTHROPIC_API_KEY", "k",
                "OPENCLAW_MODEL", "claude-b",
                "MODEL", "claude-c",
                "OPENCLAW_SYSTEM_PROMPT", "from the environment"));
    assertThat(both.endpoint().model()).isEqualTo("claude-b");
    assertThat(both.systemPrompt()).contains("from the environment");
    assertThat(read(Map.of("ANTHROPIC_API_KEY", "k", "MODEL", "claude-c")).endpoint().model())
        .isEqualTo("claude-c");
  }

  @Test
  void aMissingFileAndEmptyValuesAreAsIfNotGiven() throws Exception {
    Settings settings =
        read(
            Map.of(
                "OPENCLAW_MODEL", " ",
                "MODEL", "claude-c",
                "OPENCLAW_SYSTEM_PROMPT", "",
                "ANTHROPIC_API_KEY", "k",
                "ANTHROPIC_BASE_URL", ""));

    assertThat(settings)
        .isEqualTo(
            new Settings(
                new Endpoint(
                    Vendor.ANTHROPIC, "claude-c", Optional.of(new Secret("k")), Optional.empty()),
                Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({
    "claude-sonnet-4, both, ANTHROPIC, claude-sonnet-4-6",
    "anthropic/claude-sonnet-4, both, ANTHROPIC, claude-sonnet-4-6",
    "openai/claude-sonnet-4, both, OPENAI, claude-sonnet-4",
    "claude-x, both, ANTHROPIC, claude-x",
    "claude-x, openai, OPENAI, claude-x",
    "gpt-x, both, OPENAI, gpt-x",
    "gpt-x, anthropic, ANTHROPIC, gpt-x",
    "openai/gpt-x, openai, OPENAI, gpt-x",
    "meta-llama/llama-x, both, OPENAI, meta-llama/llama-x"
  })
  void theNameAndTheKeysDecideWhoIsAsked(String model, String keys, Vendor vendor, String name)
      throws Exception {
    Map<String, String> environment = new HashMap<>(Map.of("OPENCLAW_MODEL", model));
    if (!keys.equals("openai")) {
      environment.put("ANTHROPIC_API_KEY", "ka");
    }
    if (!keys.equals("anthropic")) {
      environment.put("OPENAI_API_KEY", "ko");
    }

    Endpoint endpoint = read(environment).endpoint();

    assertThat(endpoint.vendor()).isEqualTo(vendor);
    assertThat(endpoint.model()).isEqualTo(name);
    assertThat(endpoint.key().orElseThrow().reveal())
        .isEqualTo(vendor == Vendor.ANTHROPIC ? "ka" : "ko");
  }

  @Test
  void anEndpointOfOnesOwnNeedsNoKey() throws Exception {
    Endpoint endpoint =
        read(Map.of("MODEL", "llama", "OPENAI_BASE_URL", "http://ollama:11434/v1")).endpoint();

    assertThat(endpoint.key()).isEmpty();
    assertThat(endpoint.baseUrl()).contains(URI.create("http://ollama:11434/v1"));
  }

  @ParameterizedTest
  @CsvSource({
    "https://proxy, https://proxy/v1",
    "https://proxy/, https://proxy/v1",
    "https://proxy/v1, https://proxy/v1",
    "https://proxy/anthropic/v1/, https://proxy/anthropic/v1"
  })
  void anthropicsUrlIsTakenWithAndWithoutTheVersion(String given, String used) throws Exception {
    Endpoint endpoint =
        read(Map.of("MODEL", "claude", "ANTHROPIC_API_KEY", "k", "ANTHROPIC_BASE_URL", given))
            .endpoint();

    assertThat(endpoint.baseUrl()).contains(URI.create(used));
  }

  @Test
  void whatIsWrongIsSaidWithItsName() throws Exception {
    assertThatThrownBy(() -> read(Map.of()))
        .hasMessageContaining("no model: set spec.config.model");
    assertThatThrownBy(() -> read(Map.of("MODEL", "x"))).hasMessageContaining("no key for model x");
    assertThatThrownBy(() -> read(Map.of("MODEL", "anthropic/x", "OPENAI_API_KEY", "k")))
        .hasMessageContaining("ANTHROPIC_API_KEY is not set, and model x needs it");
    assertThatThrownBy(() -> read(Map.of("MODEL", "openai/", "OPENAI_API_KEY", "k")))
        .hasMessageContaining("empty behind its prefix");
    assertThatThrownBy(() -> read(Map.of("MODEL", "x", "OPENAI_BASE_URL", "ftp://u:secret@h")))
        .hasMessageContaining("OPENAI_BASE_URL must be a URL")
        .hasMessageNotContaining("secret");

    file("{'model':{'default':'x'}}");
    assertThatThrownBy(() -> read(Map.of("ANTHROPIC_API_KEY", "k")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageEndingWith("config.json: model must be a string, but is an object");
    file("{'model':'x','systemPrompt':7}");
    assertThatThrownBy(() -> read(Map.of("ANTHROPIC_API_KEY", "k")))
        .hasMessageEndingWith("systemPrompt must be a string, but is a number");
    file("{'model':\n'x'");
    assertThatThrownBy(() -> read(Map.of()))
        .hasMessageContaining("is no JSON")
        .hasMessageNotContaining("\n");
    file("[]");
    assertThatThrownBy(() -> read(Map.of())).hasMessageContaining("must hold a JSON object");
  }

  private void file(String json) throws Exception {
    Files.writeString(folder.resolve("config.json"), json.replace('\'', '"'));
  }

  private Settings read(Map<String, String> environment) throws Exception {
    return new SettingsReader(folder.resolve("config.json"), environment).read();
  }
}
