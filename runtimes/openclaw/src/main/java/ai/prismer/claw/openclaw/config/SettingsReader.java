package ai.prismer.claw.openclaw.config;

import ai.prismer.claw.contract.Environment;
import ai.prismer.claw.openclaw.config.Endpoint.Vendor;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the settings from the mounted file and the environment. The environment wins. Keys of the
 * file that are not known here belong to others and are left alone; a known key of the wrong type
 * is an error, because guessing would run an agent that nobody asked for.
 */
public final class SettingsReader {
  /** Name of the model in images of the original; {@link Environment#OPENCLAW_MODEL} wins. */
  static final String MODEL = "MODEL";

  /**
   * Names that the original's manifests use although the vendor never served them. The value is
   * what the vendor recommends for them.
   */
  private static final Map<String, String> ALIASES = Map.of("claude-sonnet-4", "claude-sonnet-4-6");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final Map<String, String> environment;

  /** Reads nothing yet. */
  public SettingsReader(Path file, Map<String, String> environment) {
    this.file = file;
    this.environment = environment;
  }

  /**
   * Reads the settings.
   *
   * @throws ConfigurationException when they are not enough to run, or wrong
   */
  public Settings read() throws ConfigurationException {
    JsonNode root = root();
    String model =
        variable(Environment.OPENCLAW_MODEL)
            .or(() -> variable(MODEL))
            .or(() -> Optional.ofNullable(text(root, "model")))
            .orElseThrow(() ->
                new ConfigurationException(
                    "no model: set spec.config.model of the Claw, or "
                        + Environment.OPENCLAW_MODEL));
    check(root, "systemPrompt");
    Optional<String> systemPrompt =
        variable(Environment.OPENCLAW_SYSTEM_PROMPT)
            .or(() -> Optional.ofNullable(text(root, "systemPrompt")));
    return new Settings(endpoint(model), systemPrompt);
  }

  private JsonNode root() throws ConfigurationException {
    JsonNode root;
    try {
      root = JSON.readTree(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      return JsonNodeFactory.instance.objectNode();
    } catch (JacksonException e) {
      throw new ConfigurationException(file + " is no JSON: " + e.getOriginalMessage() + at(e));
    } catch (IOException e) {
      throw new ConfigurationException("cannot read " + file + ": " + e.getMessage());
    }
    if (root.isMissingNode()) {
      return JsonNodeFactory.instance.objectNode();
    }
    if (!root.isObject()) {
      throw new ConfigurationException(file + " must hold a JSON object");
    }
    check(root, "model");
    return root;
  }

  private static String at(JacksonException e) {
    return e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr();
  }

  private void check(JsonNode root, String key) throws ConfigurationException {
    JsonNode value = root.path(key);
    if (value.isTextual() || value.isMissingNode() || value.isNull()) {
      return;
    }
    String type = value.getNodeType().name().toLowerCase(Locale.ROOT);
    boolean vowel = value.getNodeType() == JsonNodeType.OBJECT || value.isArray();
    throw new ConfigurationException(
        file + ": " + key + " must be a string, but is a" + (vowel ? "n " : " ") + type);
  }

  private static @org.jspecify.annotations.Nullable String text(JsonNode root, String key) {
    String value = root.path(key).asText("");
    return value.isBlank() ? null : value;
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  /**
   * Decides who serves the model: the prefix of its name says so; else a name that begins with
   * {@code claude} is Anthropic's where its key is there; else whoever there is a key for.
   */
  private Endpoint endpoint(String model) throws ConfigurationException {
    boolean anthropic = variable(Environment.ANTHROPIC_API_KEY).isPresent();
    boolean openAi =
        variable(Environment.OPENAI_API_KEY).isPresent()
            || variable(Environment.OPENAI_BASE_URL).isPresent();
    if (model.startsWith("anthropic/")) {
      return anthropic(model.substring("anthropic/".length()));
    }
    if (model.startsWith("openai/")) {
      return openAi(model.substring("openai/".length()));
    }
    if (anthropic && (model.startsWith("claude") || !openAi)) {
      return anthropic(model);
    }
    if (openAi) {
      return openAi(model);
    }
    throw new ConfigurationException(
        "no key for model "
            + model
            + ": set "
            + Environment.ANTHROPIC_API_KEY
            + " or "
            + Environment.OPENAI_API_KEY
            + " in the Secret that spec.credentials.secretRef names");
  }

  private Endpoint anthropic(String name) throws ConfigurationException {
    String key =
        variable(Environment.ANTHROPIC_API_KEY)
            .orElseThrow(() -> missing(Environment.ANTHROPIC_API_KEY, name));
    return new Endpoint(
        Vendor.ANTHROPIC,
        ALIASES.getOrDefault(nonEmpty(name), name),
        Optional.of(new Secret(key.strip())),
        url(Environment.ANTHROPIC_BASE_URL).map(SettingsReader::withVersion));
  }

  private Endpoint openAi(String name) throws ConfigurationException {
    Optional<URI> url = url(Environment.OPENAI_BASE_URL);
    Optional<Secret> key = variable(Environment.OPENAI_API_KEY).map(k -> new Secret(k.strip()));
    if (key.isEmpty() && url.isEmpty()) {
      throw missing(Environment.OPENAI_API_KEY, name);
    }
    return new Endpoint(Vendor.OPENAI, nonEmpty(name), key, url);
  }

  private static ConfigurationException missing(String variable, String model) {
    return new ConfigurationException(
        variable
            + " is not set, and model "
            + model
            + " needs it: add it to the Secret that spec.credentials.secretRef names");
  }

  private static String nonEmpty(String model) throws ConfigurationException {
    if (model.isBlank()) {
      throw new ConfigurationException("the model's name is empty behind its prefix");
    }
    return model;
  }

  private Optional<URI> url(String name) throws ConfigurationException {
    Optional<String> value = variable(name).map(String::strip);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    try {
      URI uri = URI.create(value.get());
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (http && uri.getHost() != null && uri.getUserInfo() == null) {
        return Optional.of(uri);
      }
    } catch (IllegalArgumentException e) {
      // Said below; the text of the exception repeats the value, which may hold a password.
    }
    throw new ConfigurationException(
        name + " must be a URL that begins with http:// or https:// and has no user in it");
  }

  /** The vendor's own tools take this URL without the version, so both forms are in use. */
  private static URI withVersion(URI base) {
    String text = base.toString().replaceAll("/+$", "");
    return URI.create(text.endsWith("/v1") ? text : text + "/v1");
  }
}
