package ai.prismer.claw.operator.configuration;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An account that analyses escalations: it may propose, and nothing else. Which namespaces it
 * watches is said here and nowhere else, above all not by itself.
 *
 * @param serviceAccount its account, as {@code namespace/name}
 * @param namespaces the namespaces whose escalations it is given, at least one; no wildcards
 */
public record Companion(
    @JsonProperty("serviceAccount") String serviceAccount,
    @JsonProperty("namespaces") List<String> namespaces) {
  private static final String LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
  private static final Pattern NAMESPACE = Pattern.compile(LABEL);
  private static final Pattern ACCOUNT =
      Pattern.compile(LABEL + "/[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

  /** Checks both. */
  public Companion(@Nullable String serviceAccount, @Nullable List<String> namespaces) {
    if (serviceAccount == null || !ACCOUNT.matcher(serviceAccount).matches()) {
      throw new IllegalArgumentException(
          "companions: serviceAccount \""
              + serviceAccount
              + "\" is none; write namespace/name of the account");
    }
    this.serviceAccount = serviceAccount;
    this.namespaces = namespaces == null ? List.of() : List.copyOf(namespaces);
    if (this.namespaces.isEmpty()
        || !this.namespaces.stream().allMatch(name -> NAMESPACE.matcher(name).matches())) {
      throw new IllegalArgumentException(
          "companions: namespaces of "
              + serviceAccount
              + " must be names of namespaces, at least one; there is no wildcard");
    }
  }

  /** Namespace of its account. */
  public String accountNamespace() {
    return serviceAccount.substring(0, serviceAccount.indexOf('/'));
  }

  /** Name of its account. */
  public String accountName() {
    return serviceAccount.substring(serviceAccount.indexOf('/') + 1);
  }

  /** The user name that the API server authenticates it as. */
  public String userName() {
    return "system:serviceaccount:" + accountNamespace() + ":" + accountName();
  }
}
