package ai.prismer.claw.api.spec;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The NetworkPolicy of the pod: default-deny also when this block is absent.
 *
 * @param enabled Whether the operator makes a NetworkPolicy. Default true.
 * @param allowedEgressCIDRs Further destinations the agent may reach, on any port, as CIDR.
 * @param allowedIngressNamespaces Namespaces whose pods may reach the port of the gateway.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record NetworkPolicySpec(
    @JsonPropertyDescription("Whether the operator makes a NetworkPolicy. Default true.")
        @Nullable Boolean enabled,
    @JsonPropertyDescription("Further destinations the agent may reach, on any port, as CIDR.")
        @Size(max = 64)
        @Nullable List<@Size(max = 43) String> allowedEgressCIDRs,
    @JsonPropertyDescription("Namespaces whose pods may reach the port of the gateway.")
        @Size(max = 64)
        @Nullable List<@Size(max = 63) String> allowedIngressNamespaces) {}
