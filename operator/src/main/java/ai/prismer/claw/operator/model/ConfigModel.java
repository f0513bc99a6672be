package ai.prismer.claw.operator.model;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.contract.Gateway;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The configuration file of the agent. */
final class ConfigModel {

  private static final String FILE_NAME =
      Gateway.CONFIG_FILE.substring(Gateway.CONFIG_DIR.length() + 1);

  private ConfigModel() {}

  static ConfigMap configMap(Claw claw) {
    return new ConfigMapBuilder()
        .withMetadata(Labels.child(claw, Names.configMap(claw)))
        .withData(Map.of(FILE_NAME, file(claw)))
        .build();
  }

  /** The model that the configuration names, or null; some name it in an object of their own. */
  static @Nullable String model(Claw claw) {
    JsonNode config = claw.getSpec().config();
    JsonNode model = config == null ? null : config.get("model");
    return model != null && model.isTextual() ? model.asText() : null;
  }

  /** Content of the file: {@code spec.config} as it was written. */
  static String file(Claw claw) {
    JsonNode config = claw.getSpec().config();
    return config == null || config.isNull() ? "{}" : config.toPrettyString();
  }
}
