package ai.prismer.claw.operator.model;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything outside a Claw that its children depend on.
 *
 * @param openclawImage image of the first-party gateway where the spec names none
 * @param secretMark mark of the content of every Secret the pod uses; a change rolls the pod
 * @param credentialKeys keys of the credentials Secret: the Secret wins over plain variables
 * @param apiServer where the API server answers, to close it or to open it
 * @param serviceAccountAnnotations keys that annotations of the own account may have
 * @param podAllowed whether a pod may run at all
 * @param mountToken whether the pod gets a short-lived token of its account
 * @param channels the channels that go into the pod
 * @param operatorNamespace where the operator's pods run, which ask the bus of a pod with channels
 */
public record Circumstances(
    String openclawImage,
    @Nullable String secretMark,
    Set<String> credentialKeys,
    List<Endpoint> apiServer,
    Set<String> serviceAccountAnnotations,
    boolean podAllowed,
    boolean mountToken,
    PodChannels channels,
    String operatorNamespace) {

  public Circumstances {
    credentialKeys = Set.copyOf(credentialKeys);
    apiServer = List.copyOf(apiServer);
    serviceAccountAnnotations = Set.copyOf(serviceAccountAnnotations);
  }

  /** For a pod without channels. */
  public Circumstances(
      String openclawImage,
      @Nullable String secretMark,
      Set<String> credentialKeys,
      List<Endpoint> apiServer,
      Set<String> serviceAccountAnnotations,
      boolean podAllowed,
      boolean mountToken) {
    this(
        openclawImage,
        secretMark,
        credentialKeys,
        apiServer,
        serviceAccountAnnotations,
        podAllowed,
        mountToken,
        PodChannels.NONE,
        "");
  }

  /**
   * One address of the API server.
   *
   * @param address IPv4 or IPv6 address
   * @param port TCP port
   */
  public record Endpoint(String address, int port) {

    /** The range that holds just this address. */
    String range() {
      return address + (address.contains(":") ? "/128" : "/32");
    }
  }
}
