package ai.prismer.claw.operator.events;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.operator.ops.TestClock;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ApiEventRecorderIT {
  private static final Duration LATER = Duration.ofMinutes(2);

  @RegisterExtension static final ApiServer server = new ApiServer();

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final TestClock clock = new TestClock();
  private KubernetesClient client;
  private ConfigMap about;

  @BeforeEach
  void connect() {
    Interceptor diary =
        new Interceptor() {
          @Override
          public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
            requests.add(request.method());
          }
        };
    client =
        new KubernetesClientBuilder()
            .withConfig(server.adminConfig())
            .withHttpClientBuilderConsumer(
                builder -> builder.addOrReplaceInterceptor("diary", diary))
            .build();
    about =
        client
            .resource(
                new ConfigMapBuilder()
                    .withNewMetadata()
                    .withName("agent")
                    .withNamespace(server.namespace())
                    .endMetadata()
                    .build())
            .create();
    requests.clear();
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  private ApiEventRecorder recorder() {
    return new ApiEventRecorder(client, clock, "operator-0");
  }

  private List<Event> events() {
    return server
        .admin()
        .v1()
        .events()
        .inNamespace(about.getMetadata().getNamespace())
        .list()
        .getItems()
        .stream()
        .filter(event -> about.getMetadata().getUid().equals(event.getInvolvedObject().getUid()))
        .toList();
  }

  @Test
  void whatHappensAgainCountsUpOneEventWithOneRequest() {
    ApiEventRecorder recorder = recorder();

    recorder.record(about, EventReason.OpsSignal, "killed");
    recorder.record(about, EventReason.OpsSignal, "killed");
    assertThat(requests).containsExactly("POST");
    clock.forward(LATER);
    recorder.record(about, EventReason.OpsSignal, "killed");
    clock.forward(LATER);
    recorder.record(about, EventReason.OpsSignal, "killed");

    assertThat(requests).containsExactly("POST", "PATCH", "PATCH");
    assertThat(events())
        .singleElement()
        .satisfies(event -> {
          assertThat(event.getCount()).isEqualTo(3);
          assertThat(Instant.parse(event.getLastTimestamp()))
              .isAfter(Instant.parse(event.getFirstTimestamp()));
        });
  }

  @Test
  void anOperatorThatWasStartedAnewGoesOnCounting() {
    recorder().record(about, EventReason.OpsSignal, "killed");
    ApiEventRecorder anew = recorder();

    clock.forward(LATER);
    anew.record(about, EventReason.OpsSignal, "killed");
    clock.forward(LATER);
    anew.record(about, EventReason.OpsSignal, "killed");

    assertThat(events()).singleElement().extracting(Event::getCount).isEqualTo(3);
    assertThat(requests).containsExactly("POST", "POST", "GET", "PATCH", "PATCH");
  }

  @Test
  void anEventThatHasExpiredIsMadeAnew() {
    ApiEventRecorder recorder = recorder();
    recorder.record(about, EventReason.OpsSignal, "killed");
    server.admin().resource(events().getFirst()).delete();

    clock.forward(LATER);
    recorder.record(about, EventReason.OpsSignal, "killed");

    assertThat(events()).singleElement().extracting(Event::getCount).isEqualTo(1);
  }
}
