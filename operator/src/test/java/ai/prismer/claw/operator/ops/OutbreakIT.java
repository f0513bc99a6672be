package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Many agents fail at once: nothing is done automatically until it is over. */
class OutbreakIT extends HealingScene {
  @Test
  void aThirdOfTheAgentsFailingAtOnceStopsHealingWithOneEventUntilTheyRecover() throws Exception {
    List<String> names = List.of("a", "b", "c", "d", "e", "f");
    names.forEach(name -> bed.make(name, "maxMemory: 256Mi, agentIntents: Auto"));
    for (String name : names) {
      bed.kubelet.ready(name, bed.pod(name, pod -> true));
    }
    for (String name : names) {
      bed.awaitRunning(name);
    }
    Pod a = bed.pod("a", pod -> true);
    Pod b = bed.pod("b", pod -> true);
    bed.kubelet.kill("a", a, "runtime", 1, clock.instant());
    bed.kubelet.kill("b", b, "runtime", 1, clock.instant());
    bed.eventually(() -> {
      operator.trigger().all();
      assertThat(outbreaks(bed)).hasSize(1);
    });

    bed.kubelet.kill("a", a, "runtime", 2, clock.instant());
    bed.kubelet.kill("b", b, "runtime", 2, clock.instant());
    bed.intents.askAsAgent("c", "restart-pod", "{\"pod\":\"c-0\"}", clock);
    bed.eventually(() -> {
      assertThat(bed.ops("a").recentSignals()).hasSize(2);
      assertThat(bed.ops("b").recentSignals()).hasSize(2);
      assertThat(bed.story("c")).containsExactly("Reject outbreak");
    });
    operator.trigger().all();
    bed.staysSo(after -> {
      assertThat(after.story("a")).isEmpty();
      assertThat(after.story("b")).isEmpty();
      assertThat(after.escalations("a")).isEmpty();
      assertThat(after.diary.podsEver("a")).isEqualTo(1);
      assertThat(after.diary.podsEver("b")).isEqualTo(1);
      assertThat(outbreaks(after))
          .singleElement()
          .asString()
          .contains("2 of 6 agents in namespace " + bed.namespace + " fail at once");
    });
    assertThat(metrics()).contains("k8s4claw_outbreaks{scope=\"namespace\"} 1");
    Pod d = bed.pod("d", pod -> true);
    bed.intents.submit("d", Intents.of("restart-pod", "{\"pod\":\"d-0\"}", now()));
    bed.kubelet.ready("d", bed.podOtherThan("d", d));

    bed.kubelet.recover("b", b, 2);
    bed.eventually(() ->
        assertThat(bed.ops("b").recentSignals()).noneMatch(signal -> signal.endedAt() == null));
    bed.eventually(() -> {
      operator.trigger().all();
      assertThat(metrics()).contains("k8s4claw_outbreaks{scope=\"namespace\"} 1");
    });
    clock.forward(Outbreaks.CALM.plus(Duration.ofSeconds(1)));
    operator.trigger().all();

    Pod healed = bed.podOtherThan("a", a);
    assertThat(Pods.memoryLimit(healed)).hasValue(96L << 20);
    assertThat(metrics()).contains("k8s4claw_outbreaks{scope=\"namespace\"} 0");
    assertThat(outbreaks(bed)).hasSize(1);
    bed.eventually(() ->
        assertThat(bed.diary.podsEver("b"))
            .as("it runs again, and was held up as well")
            .isEqualTo(2));
  }

  @Test
  void oneTenantsFiveFailingAgentsDoNotStopAnotherTenantsHeal() throws Exception {
    try (HealingBed neighbour = new HealingBed(server, chart)) {
      neighbour.converged("agent");
      List<String> names = List.of("a", "b", "c", "d", "e");
      names.forEach(name -> bed.make(name, "maxMemory: 256Mi"));
      for (String name : names) {
        bed.kubelet.ready(name, bed.pod(name, pod -> true));
        bed.awaitRunning(name);
      }
      names.forEach(name ->
          bed.kubelet.kill(name, bed.pod(name, pod -> true), "runtime", 1, clock.instant()));
      bed.eventually(() -> {
        operator.trigger().all();
        assertThat(outbreaks(bed)).hasSize(1);
      });

      Pod old = neighbour.pod("agent", pod -> true);
      neighbour.kubelet.killTwice("agent", old, clock, () -> false);

      assertThat(Pods.memoryLimit(neighbour.podOtherThan("agent", old))).hasValue(96L << 20);
      assertThat(outbreaks(neighbour)).isEmpty();
      assertThat(metrics()).contains("k8s4claw_outbreaks{scope=\"cluster\"} 0");
    }
  }

  private static List<String> outbreaks(HealingBed where) {
    return where.admin.v1().events().inNamespace(where.namespace).list().getItems().stream()
        .filter(event -> event.getReason().equals("OpsOutbreak"))
        .map(event -> event.getCount() + " " + event.getMessage())
        .toList();
  }

  private String metrics() throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:" + operator.httpPort() + "/metrics"))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  private long now() {
    return Math.max(clock.millis(), Instant.now().toEpochMilli());
  }
}
