package ai.prismer.claw.operator.runtime;

import ai.prismer.claw.operator.model.Circumstances;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the API server answers, from the EndpointSlices of Service {@code default/kubernetes}:
 * NetworkPolicies see addresses after the Service was resolved.
 */
final class ApiServerAddress implements Supplier<List<Circumstances.Endpoint>>, AutoCloseable {

  private final Runnable changed;
  private volatile @Nullable SharedIndexInformer<EndpointSlice> informer;
  private volatile List<Circumstances.Endpoint> endpoints = List.of();

  /**
   * Knows nothing before {@link #start}.
   *
   * @param changed told when the addresses are others
   */
  ApiServerAddress(Runnable changed) {
    this.changed = changed;
  }

  /** Reads the addresses and goes on watching them. */
  void start(KubernetesClient client) {
    SharedIndexInformer<EndpointSlice> started =
        client
            .discovery()
            .v1()
            .endpointSlices()
            .inNamespace("default")
            .withLabel("kubernetes.io/service-name", "kubernetes")
            .inform();
    informer = started;
    refresh(started);
    started.addEventHandler(new Refresh(started));
  }

  private synchronized void refresh(SharedIndexInformer<EndpointSlice> source) {
    List<Circumstances.Endpoint> now =
        source.getStore().list().stream()
            .flatMap(ApiServerAddress::endpoints)
            .distinct()
            .sorted(
                Comparator.comparing(Circumstances.Endpoint::address)
                    .thenComparingInt(Circumstances.Endpoint::port))
            .toList();
    if (!now.equals(endpoints)) {
      endpoints = now;
      changed.run();
    }
  }

  private static Stream<Circumstances.Endpoint> endpoints(EndpointSlice slice) {
    return slice.getEndpoints().stream()
        .flatMap(endpoint -> endpoint.getAddresses().stream())
        .flatMap(address ->
            slice.getPorts().stream()
                .map(port -> new Circumstances.Endpoint(address, port.getPort())));
  }

  @Override
  public List<Circumstances.Endpoint> get() {
    return endpoints;
  }

  @Override
  public void close() {
    SharedIndexInformer<EndpointSlice> started = informer;
    if (started != null) {
      started.stop();
    }
  }

  /** Every change is a reason to read all slices again: there are one or two. */
  private final class Refresh implements ResourceEventHandler<EndpointSlice> {
    private final SharedIndexInformer<EndpointSlice> source;

    Refresh(SharedIndexInformer<EndpointSlice> source) {
      this.source = source;
    }

    @Override
    public void onAdd(EndpointSlice added) {
      refresh(source);
    }

    @Override
    public void onUpdate(EndpointSlice before, EndpointSlice now) {
      refresh(source);
    }

    @Override
    public void onDelete(EndpointSlice deleted, boolean finalStateUnknown) {
      refresh(source);
    }
  }
}
