package ai.prismer.claw.api.spec;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The wish: one agent. Names follow the resource definition.
 *
 * @param runtime Which agent program runs in the pod; cannot be changed.
 * @param image Image of the runtime, by tag or digest. Default: the one this version of the
 *     operator was released with.
 * @param imagePullPolicy When the image is pulled. Default IfNotPresent.
 * @param imagePullSecrets Secrets with registry credentials.
 * @param config Configuration of the agent, any JSON object. model, systemPrompt and environment (a
 *     map of strings) also reach the environment of the runtime.
 * @param customRuntime The runtime itself where runtime is custom.
 * @param credentials Where the API keys come from.
 * @param channels Ways to talk to the agent.
 * @param bus The journal of the message bus, which runs where there are channels.
 * @param bridge How the message bus talks to the runtime.
 * @param expose Whether the gateway is reachable inside the cluster.
 * @param replicas How many pods run, 1 to 10. Default 1.
 * @param resources Resources of the runtime container.
 * @param security Network and process confinement.
 * @param availability Behaviour while nodes are drained.
 * @param serviceAccount Account of the pod.
 * @param ops Bounds of self-healing.
 * @param suspend Whether the agent is scaled to zero with everything else kept. Default false.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "(self.runtime == 'custom') == has(self.customRuntime)",
    message = "customRuntime is required with runtime custom and refused with any other")
@ValidationRule(
    value = "self.runtime != 'custom' || !has(self.image)",
    message = "with runtime custom the image stands in customRuntime.image")
@ValidationRule(
    value = "!has(self.replicas) || self.replicas == 1 || self.runtime == 'custom'",
    message =
        "replicas above 1 are for runtime custom only: every other runtime keeps state that one pod may write; leave it out or set 1",
    fieldPath = ".replicas")
@ValidationRule(
    value =
        "!has(self.replicas) || self.replicas == 1 || !has(self.channels) || size(self.channels) == 0",
    message =
        "replicas above 1 and channels exclude each other: an agent with channels has one pod, which holds its journal",
    fieldPath = ".replicas")
@ValidationRule(
    value =
        "self.runtime != 'custom' || !has(self.channels) || size(self.channels) == 0 || has(self.bridge)",
    message = "runtime custom with channels needs bridge.protocol: what the runtime speaks")
public record ClawSpec(
    @JsonPropertyDescription("Which agent program runs in the pod; cannot be changed.")
        @Required
        @ValidationRule(
            value = "self == oldSelf",
            message = "runtime cannot be changed; create a new Claw",
            messageExpression =
                "'runtime is ' + oldSelf + ' and cannot become ' + self + '; create a new Claw'")
        RuntimeName runtime,
    @JsonPropertyDescription(
            "Image of the runtime, by tag or digest. Default: the one this version of the operator was released with.")
        @Size(min = 1, max = 512)
        @Nullable String image,
    @JsonPropertyDescription("When the image is pulled. Default IfNotPresent.")
        @Nullable ImagePullPolicy imagePullPolicy,
    @JsonPropertyDescription("Secrets with registry credentials.") @Size(max = 16)
        @Nullable List<LocalReference> imagePullSecrets,
    @JsonPropertyDescription(
            "Configuration of the agent, any JSON object. model, systemPrompt and environment (a map of strings) also reach the environment of the runtime.")
        @PreserveUnknownFields
        @Nullable JsonNode config,
    @JsonPropertyDescription("The runtime itself where runtime is custom.")
        @Nullable CustomRuntime customRuntime,
    @JsonPropertyDescription("Where the API keys come from.") @Nullable Credentials credentials,
    @JsonPropertyDescription("Ways to talk to the agent.") @Size(max = 16)
        @Nullable List<ChannelReference> channels,
    @JsonPropertyDescription("The journal of the message bus, which runs where there are channels.")
        @Nullable Bus bus,
    @JsonPropertyDescription("How the message bus talks to the runtime.") @Nullable Bridge bridge,
    @JsonPropertyDescription("Whether the gateway is reachable inside the cluster.")
        @Nullable Expose expose,
    @JsonPropertyDescription(
            "How many pods run, 1 to 10. Default 1; more only where several pods may work on the same state, which is runtime custom.")
        @Min(1)
        @Max(10)
        @Nullable Integer replicas,
    @JsonPropertyDescription("Resources of the runtime container.")
        @Nullable ContainerResources resources,
    @JsonPropertyDescription("Network and process confinement.") @Nullable Security security,
    @JsonPropertyDescription("Behaviour while nodes are drained.")
        @Nullable Availability availability,
    @JsonPropertyDescription("Account of the pod.")
        @Nullable ServiceAccountReference serviceAccount,
    @JsonPropertyDescription("Bounds of self-healing.") @Nullable Ops ops,
    @JsonPropertyDescription(
            "Whether the agent is scaled to zero with everything else kept. Default false.")
        @Nullable Boolean suspend) {}
