package ai.prismer.claw.operator.configuration;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The configuration file of the operator. Every absent field has a default; an unknown one is an
 * error, because a misspelt setting that does nothing is worse than a refusal to start.
 *
 * @param images images that agents get
 * @param workers reconciliations at once, 1 to 64; default 16, for they mostly wait for the API
 *     server
 * @param confinement how confinement is proven
 * @param allowedServiceAccounts accounts, as {@code namespace/name}, that a Claw may run under
 *     although they hold more than an agent should
 * @param serviceAccountAnnotations keys that {@code spec.serviceAccount.annotations} may use;
 *     others are refused, because an annotation can lend an account rights outside the cluster
 * @param metering where the loads of agents are measured
 * @param companions accounts that analyse escalations, and the namespaces they watch
 * @param leaderElection whether replicas agree on one that acts; default true
 * @param httpPort port of {@code /healthz}, {@code /readyz} and {@code /metrics}; default 8080, 0
 *     for any free one
 * @param audit how the receipt log is kept
 */
public record OperatorConfiguration(
    @JsonProperty("images") Images images,
    @JsonProperty("workers") Integer workers,
    @JsonProperty("confinement") Confinement confinement,
    @JsonProperty("allowedServiceAccounts") List<String> allowedServiceAccounts,
    @JsonProperty("serviceAccountAnnotations") List<String> serviceAccountAnnotations,
    @JsonProperty("metering") MeteringSources metering,
    @JsonProperty("companions") List<Companion> companions,
    @JsonProperty("leaderElection") Boolean leaderElection,
    @JsonProperty("httpPort") Integer httpPort,
    @JsonProperty("audit") Audit audit) {

  /** Everything by default. */
  public static final OperatorConfiguration DEFAULT =
      new OperatorConfiguration(null, null, null, null, null, null, null, null, null, null);

  /** Fills what is absent and refuses what is out of range. */
  public OperatorConfiguration(
      @Nullable Images images,
      @Nullable Integer workers,
      @Nullable Confinement confinement,
      @Nullable List<String> allowedServiceAccounts,
      @Nullable List<String> serviceAccountAnnotations,
      @Nullable MeteringSources metering,
      @Nullable List<Companion> companions,
      @Nullable Boolean leaderElection,
      @Nullable Integer httpPort,
      @Nullable Audit audit) {
    this.images = images == null ? new Images(null, null, null) : images;
    this.workers = inRange("workers", workers == null ? 16 : workers, 1, 64);
    this.confinement = confinement == null ? new Confinement(null, null) : confinement;
    this.allowedServiceAccounts =
        allowedServiceAccounts == null ? List.of() : List.copyOf(allowedServiceAccounts);
    this.serviceAccountAnnotations =
        serviceAccountAnnotations == null ? List.of() : List.copyOf(serviceAccountAnnotations);
    this.metering = metering == null ? new MeteringSources(null, null) : metering;
    this.companions = companions == null ? List.of() : List.copyOf(companions);
    this.leaderElection = leaderElection == null || leaderElection;
    this.httpPort = inRange("httpPort", httpPort == null ? 8080 : httpPort, 0, 65535);
    this.audit = audit == null ? Audit.DEFAULT : audit;
  }

  private static int inRange(String field, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          field + ": " + value + " is not allowed; write a number from " + least + " to " + most);
    }
    return value;
  }

  /**
   * Images that agents get.
   *
   * @param openclaw the first-party gateway
   * @param bus the message bus of an agent with channels
   * @param channels the sidecar by type of channel, for those whose ClawChannel names none:
   *     webhook, which has a default, slack and discord
   */
  public record Images(
      @JsonProperty("openclaw") String openclaw,
      @JsonProperty("bus") String bus,
      @JsonProperty("channels") Map<String, String> channels) {

    /** Types of channels that have a sidecar of this project. */
    private static final Set<String> TYPES = Set.of("webhook", "slack", "discord");

    /** Fills what is absent and refuses types of channels that always bring their own image. */
    public Images(
        @Nullable String openclaw,
        @Nullable String bus,
        @Nullable Map<String, @Nullable String> channels) {
      this.openclaw = openclaw == null ? "ghcr.io/prismer-ai/k8s4claw-openclaw:0.1.0" : openclaw;
      this.bus = bus == null ? "ghcr.io/prismer-ai/k8s4claw-bus:0.1.0" : bus;
      Map<String, String> byType = new TreeMap<>();
      TYPES.forEach(
          type -> byType.put(type, "ghcr.io/prismer-ai/k8s4claw-channel-" + type + ":0.1.0"));
      if (channels != null) {
        channels.forEach((type, image) -> {
          if (!TYPES.contains(type)) {
            throw new IllegalArgumentException(
                "images.channels: "
                    + type
                    + " is not allowed; other types than webhook, slack and discord bring their"
                    + " image in spec.sidecar of the ClawChannel");
          }
          if (image != null && !image.isBlank()) {
            byType.put(type, image);
          }
        });
      }
      this.channels = Map.copyOf(byType);
    }
  }

  /**
   * Where the loads of agents are measured; the first that answers counts.
   *
   * @param metricsApi whether the resource metrics API, {@code metrics.k8s.io}, is asked; default
   *     true
   * @param kubelet whether and how kubelets are asked where it does not answer
   */
  public record MeteringSources(
      @JsonProperty("metricsApi") Boolean metricsApi, @JsonProperty("kubelet") Kubelet kubelet) {

    /** Fills what is absent. */
    public MeteringSources(@Nullable Boolean metricsApi, @Nullable Kubelet kubelet) {
      this.metricsApi = metricsApi == null || metricsApi;
      this.kubelet = kubelet == null ? new Kubelet(null, null, null, null) : kubelet;
    }
  }

  /**
   * How kubelets are asked for what their containers use.
   *
   * @param enabled whether they are; default true
   * @param certificateAuthority certificates, PEM, that a kubelet's own must lead to; default those
   *     that the API server is trusted by
   * @param insecureSkipVerify whether any certificate is good enough; default false
   * @param serviceAccount account in the operator's namespace whose token kubelets get; it holds
   *     {@code get} on {@code nodes/metrics} and nothing else
   */
  public record Kubelet(
      @JsonProperty("enabled") Boolean enabled,
      @JsonProperty("certificateAuthority") @Nullable String certificateAuthority,
      @JsonProperty("insecureSkipVerify") Boolean insecureSkipVerify,
      @JsonProperty("serviceAccount") String serviceAccount) {

    /** Fills what is absent and refuses what contradicts itself. */
    public Kubelet(
        @Nullable Boolean enabled,
        @Nullable String certificateAuthority,
        @Nullable Boolean insecureSkipVerify,
        @Nullable String serviceAccount) {
      this.enabled = enabled == null || enabled;
      this.certificateAuthority =
          certificateAuthority == null || certificateAuthority.isBlank()
              ? null
              : certificateAuthority;
      this.insecureSkipVerify = insecureSkipVerify != null && insecureSkipVerify;
      this.serviceAccount = serviceAccount == null ? "k8s4claw-metering" : serviceAccount;
      if (this.certificateAuthority != null
          && !this.certificateAuthority.contains("-----BEGIN CERTIFICATE-----")) {
        throw new IllegalArgumentException(
            "metering.kubelet.certificateAuthority: it is no certificate; write PEM, beginning with"
                + " -----BEGIN CERTIFICATE-----");
      }
      if (this.certificateAuthority != null && this.insecureSkipVerify) {
        throw new IllegalArgumentException(
            "metering.kubelet: certificateAuthority and insecureSkipVerify exclude each other;"
                + " leave insecureSkipVerify out");
      }
    }
  }

  /**
   * How confinement is proven.
   *
   * @param probePeriod how often it is proven again, at least 1 s; default 10 min
   * @param serviceAccount account in the operator's namespace whose token the probe uses; it holds
   *     {@code patch} on Claws but not {@code manage}
   */
  public record Confinement(
      @JsonProperty("probePeriod") Duration probePeriod,
      @JsonProperty("serviceAccount") String serviceAccount) {

    /** Fills what is absent and refuses what is out of range. */
    public Confinement(@Nullable Duration probePeriod, @Nullable String serviceAccount) {
      this.probePeriod = probePeriod == null ? Duration.ofMinutes(10) : probePeriod;
      this.serviceAccount = serviceAccount == null ? "k8s4claw-probe" : serviceAccount;
      if (this.probePeriod.compareTo(Duration.ofSeconds(1)) < 0) {
        throw new IllegalArgumentException(
            "confinement.probePeriod: "
                + probePeriod
                + " is not allowed; write a duration of at least 1s");
      }
    }
  }

  /**
   * How the receipt log is kept.
   *
   * @param required whether nothing is done before a signed receipt of it is in the log; default
   *     false: an action is done although its receipt cannot be signed, and signed for later
   * @param retention receipts from which on a person is asked to have old ones pruned, 100 to
   *     10,000,000; default 100,000
   * @param signet the program that signs receipts once more; null for none, which is the default
   */
  public record Audit(
      @JsonProperty("required") Boolean required,
      @JsonProperty("retention") Integer retention,
      @JsonProperty("signet") @Nullable SignetSetting signet) {
    /** Everything by default. */
    public static final Audit DEFAULT = new Audit(null, null, null);

    /** Fills what is absent and refuses what is out of range. */
    public Audit(
        @Nullable Boolean required, @Nullable Integer retention, @Nullable SignetSetting signet) {
      this.required = required != null && required;
      this.retention =
          inRange("audit.retention", retention == null ? 100_000 : retention, 100, 10_000_000);
      this.signet = signet;
    }
  }
}
