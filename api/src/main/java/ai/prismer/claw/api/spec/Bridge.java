package ai.prismer.claw.api.spec;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * How the message bus talks to the runtime; of use only together with channels.
 *
 * @param protocol What the runtime speaks.
 * @param port Port of the runtime. Default: the port of the agent.
 * @param path Path of the WebSocket, or under which the HTTP endpoints lie. Default /v1 for
 *     chat-completions, responses and hermes-runs, /ws/chat for zeroclaw-ws, /pico/ws for pico-ws,
 *     else /.
 * @param agent Alias of the agent that zeroclaw-ws asks. Default default.
 * @param tokenSecretRef Token by which the runtime knows the bus. Default: the token that the
 *     operator made for this Claw, which the runtime finds in /etc/claw-token/token.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "self.protocol != 'claw-uds' || (!has(self.port) && !has(self.path))",
    message =
        "claw-uds has neither port nor path: the runtime listens on /var/run/claw/runtime.sock")
@ValidationRule(
    value = "self.protocol != 'nanoclaw-mailbox' || (!has(self.port) && !has(self.path))",
    message =
        "nanoclaw-mailbox has neither port nor path: the mailbox lies in the runtime's /workspace")
@ValidationRule(
    value = "self.protocol != 'claw-tcp' || !has(self.path)",
    message = "claw-tcp has no path; leave it out")
@ValidationRule(
    value =
        "!(self.protocol in ['claw-tcp', 'claw-uds', 'nanoclaw-mailbox']) || !has(self.tokenSecretRef)",
    message = "claw-tcp, claw-uds and nanoclaw-mailbox carry no token; leave tokenSecretRef out")
@ValidationRule(
    value = "self.protocol == 'zeroclaw-ws' || !has(self.agent)",
    message = "only zeroclaw-ws asks an agent by its alias; leave agent out")
public record Bridge(
    @JsonPropertyDescription("What the runtime speaks.") @Required BridgeProtocol protocol,
    @JsonPropertyDescription("Port of the runtime. Default: the port of the agent.")
        @Min(1)
        @Max(65535)
        @Nullable Integer port,
    @JsonPropertyDescription(
            "Path of the WebSocket, or under which the HTTP endpoints lie. Default /v1 for chat-completions, responses and hermes-runs, /ws/chat for zeroclaw-ws, /pico/ws for pico-ws, else /.")
        @Size(max = 256)
        @Pattern("^/[A-Za-z0-9._~/-]*$")
        @Nullable String path,
    @JsonPropertyDescription("Alias of the agent that zeroclaw-ws asks. Default default.")
        @Size(max = 64)
        @Pattern("^[A-Za-z0-9_-]+$")
        @Nullable String agent,
    @JsonPropertyDescription(
            "Token by which the runtime knows the bus. Default: the token that the operator made for this Claw, which the runtime finds in /etc/claw-token/token.")
        @Nullable SecretKeyReference tokenSecretRef) {}
