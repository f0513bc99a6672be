package ai.prismer.claw.operator.model;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.contract.Gateway;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.Map;

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

  /** Content of the file: {@code spec.config} as it was written. */
  static String file(Claw claw) {
    JsonNode config = claw.getSpec().config();
    return config == null || config.isNull() ? "{}" : config.toPrettyString();
  }
}
