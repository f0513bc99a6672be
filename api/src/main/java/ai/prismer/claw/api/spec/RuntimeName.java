package ai.prismer.claw.api.spec;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which agent program runs in the pod. */
public enum RuntimeName {
  /** The first-party gateway, or an image that speaks the same contract. */
  @JsonProperty("openclaw")
  OPENCLAW("openclaw"),

  /** Any image; everything else about it stands in {@code spec.customRuntime}. */
  @JsonProperty("custom")
  CUSTOM("custom");

  private final String wireName;

  RuntimeName(String wireName) {
    this.wireName = wireName;
  }

  /** The name as it stands in the spec, in labels and in metrics. */
  public String wireName() {
    return wireName;
  }
}
